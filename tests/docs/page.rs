//! A Markdown page as blocks of code.

/// A fenced block.
pub struct Block {
    /// `weald`.
    pub language: String,
    /// What stands after it, cut at commas.
    pub attributes: Vec<String>,
    /// Without the fences.
    pub text: String,
    /// Line of its first line of text, from 1.
    pub line: usize,
}

impl Block {
    pub fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|a| a == attribute)
    }

    /// The file it is written to.
    pub fn file(&self) -> Option<&str> {
        self.attributes.iter().find_map(|a| a.strip_prefix("file="))
    }

    /// The codes it names.
    pub fn codes(&self) -> Vec<&str> {
        let code = |a: &&str| a.len() == 4 && a.starts_with(['E', 'W']) && a[1..].chars().all(|c| c.is_ascii_digit());
        self.attributes.iter().map(String::as_str).filter(code).collect()
    }
}

/// A page: its lines, with blocks among them.
pub struct Page {
    pub parts: Vec<Part>,
    pub problems: Vec<String>,
}

pub enum Part {
    /// Text between blocks, with the line ends.
    Text(String),
    Block(Block),
}

const KNOWN: &[(&str, &[&str])] = &[
    ("weald", &["error", "warning", "fresh"]),
    ("output", &[]),
    ("console", &[]),
    ("csv", &[]),
    ("json", &["output"]),
    ("sh", &[]),
    ("rust", &[]),
    ("r", &[]),
    ("text", &[]),
];

impl Page {
    pub fn read(text: &str) -> Self {
        let mut page = Page { parts: Vec::new(), problems: Vec::new() };
        let mut between = String::new();
        let mut open: Option<(usize, Block)> = None;
        for (i, line) in text.split_inclusive('\n').enumerate() {
            let bare = line.trim_end();
            let ticks = bare.chars().take_while(|c| *c == '`').count();
            match &mut open {
                None if ticks >= 3 => {
                    between.push_str(line);
                    page.parts.push(Part::Text(std::mem::take(&mut between)));
                    let mut words = bare[ticks..].split(',').map(|w| w.trim().to_owned());
                    let language = words.next().unwrap_or_default();
                    let block = Block { language, attributes: words.collect(), text: String::new(), line: i + 2 };
                    page.check(&block);
                    open = Some((ticks, block));
                }
                Some((fence, _)) if ticks == *fence && bare.len() == ticks => {
                    page.parts.extend(open.take().map(|(_, block)| Part::Block(block)));
                    between.push_str(line);
                }
                Some((_, block)) => block.text.push_str(line),
                None => between.push_str(line),
            }
        }
        if let Some((_, block)) = open {
            page.problems.push(format!("the block at line {} is not closed", block.line));
        }
        page.parts.push(Part::Text(between));
        page
    }

    fn check(&mut self, block: &Block) {
        let Some((_, known)) = KNOWN.iter().find(|k| k.0 == block.language) else {
            self.problems.push(format!("line {}: a block without a known language: `{}`", block.line, block.language));
            return;
        };
        for attribute in &block.attributes {
            let fits = known.contains(&attribute.as_str()) || attribute.starts_with("file=") || block.codes().contains(&attribute.as_str());
            if !fits {
                self.problems.push(format!("line {}: `{attribute}` means nothing here", block.line));
            }
        }
        if (block.has("error") || block.has("warning")) && block.codes().is_empty() {
            self.problems.push(format!("line {}: which code?", block.line));
        }
    }
}

/// Text outside fences.
fn prose(text: &str) -> String {
    let parts = Page::read(text).parts;
    parts.into_iter().filter_map(|p| if let Part::Text(text) = p { Some(text) } else { None }).collect()
}

/// Targets of links that are not addresses on the web.
pub fn links(text: &str) -> Vec<String> {
    let prose = prose(text);
    let targets = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target.to_owned());
    targets.filter(|t| !t.contains("://") && !t.contains(' ')).collect()
}

/// The anchors of headings, as GitHub makes them.
pub fn headings(text: &str) -> Vec<String> {
    let prose = prose(text);
    let heads = prose.lines().filter(|l| l.starts_with('#')).map(|l| l.trim_start_matches('#').trim().to_lowercase());
    heads.map(|h| h.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).collect::<String>().replace(' ', "-")).collect()
}
