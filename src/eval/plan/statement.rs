//! `plan ID ROLE [of PARENT] [because "…"]: STATEMENT`

use super::expand::{self, Body};
use super::generic;
use super::state::{Asked, PlannedStatement};
use crate::diagnostic::Problem;
use crate::eval::walk::{Halt, Mode, Step, Walk};
use crate::eval::words::unexpected;
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::suggest::{and_list, nearest, or_list};
use crate::language::vocabulary;
use crate::protocol::Role;
use crate::source::Span;
use crate::syntax::ast::{Command, Word};
use std::sync::Arc;

/// The words for roles in a plan.
pub const ROLES: [(&str, Role); 6] = [
    ("primary", Role::Primary),
    ("secondary", Role::Secondary),
    ("sensitivity", Role::Sensitivity),
    ("subgroup", Role::Subgroup),
    ("meta-regression", Role::MetaRegression),
    ("small-study", Role::SmallStudy),
];

/// The head of a statement.
pub struct Head {
    pub id: Word,
    pub role: Role,
    /// `of P1`, `of P1, P3`, `of P*`, `of P1..P8`
    pub of: Vec<Word>,
    pub because: Option<String>,
}

impl Walk<'_, '_> {
    /// `plan ID ROLE [of PARENT] [because "…"]: STATEMENT`
    pub fn plan(&mut self, command: &Command) -> Step {
        let head = self.plan_head(command)?;
        let Some(body) = &command.body else {
            return self.fail(
                Problem::error("E500", format!("plan `{}` lacks its statement", head.id.text))
                    .at(command.span, "nothing after a colon")
                    .help(format!("write `plan {} {}: pool OUTCOME …`", head.id.text, word(head.role))),
            );
        };
        let planned: Vec<String> = self.state.plan.planned.keys().cloned().collect();
        let instances = generic::instances(&head, body, &planned).map_err(|p| self.refuse(p))?;
        let mut end = Ok(());
        for instance in instances {
            let step = self.plan_one(&head, instance, command);
            end = end.and(step);
        }
        end
    }

    fn refuse(&mut self, problem: Problem) -> Halt {
        self.report(problem);
        Halt::Error
    }

    fn plan_head(&mut self, command: &Command) -> Result<Head, Halt> {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let usage = crate::eval::words::usage(command);
        let item = cursor.advance();
        let Some((id, item)) = item.and_then(|i| word_of(i).filter(|w| !generic::stands_for_several(w)).map(|w| (w.to_owned(), i))) else {
            return Err(self.refuse(
                Problem::error("E218", "`plan` lacks the id of the analysis")
                    .at(item.map_or(command.head.span, |i| i.span), "an id such as `P1` stands here")
                    .help(format!("write `{usage}`")),
            ));
        };
        let id = Word { text: id, span: item.span };
        let named = self.new_name(&id, "planned analysis");
        let at = cursor.peek().map_or(id.span, |i| i.span);
        let role = match cursor.advance().and_then(word_of) {
            Some(text) => self.role(text, at)?,
            None => {
                let words: Vec<&str> = ROLES.iter().map(|r| r.0).collect();
                return Err(self.refuse(
                    Problem::error("E211", format!("plan `{}` lacks its role", id.text))
                        .at(at, "what is it for?")
                        .help(format!("after the id stands {}", or_list(&words, 9))),
                ));
            }
        };
        let (mut of, mut because) = (Vec::new(), None);
        while let Some(item) = cursor.advance() {
            match word_of(item).map(str::to_ascii_lowercase).as_deref() {
                Some("of") if of.is_empty() => {
                    for item in cursor.values() {
                        match word_of(item) {
                            Some(text) => of.push(Word { text: text.to_owned(), span: item.span }),
                            None => return Err(self.refuse(unexpected(item, usage))),
                        }
                    }
                    if of.is_empty() {
                        return Err(self.refuse(
                            Problem::error("E211", "`of` lacks the planned analysis")
                                .at(item.span, "nothing follows")
                                .help("write `of P1`, `of P1, P3`, `of P1..P8`, or `of P*` for every planned analysis whose id begins so"),
                        ));
                    }
                }
                Some("because") if because.is_none() => {
                    let text = text_of(cursor.advance(), "because", item.span);
                    because = Some(self.attempt(text)?);
                }
                _ => {
                    let problem = unexpected(item, usage);
                    return Err(self.refuse(problem));
                }
            }
        }
        named?;
        let known = &self.state.plan.planned;
        let before = known.values().find(|p| p.id == id.text || p.generic.as_deref() == Some(&id.text));
        if before.is_some() {
            return Err(self.refuse(
                Problem::error("E501", format!("two planned analyses are called `{}`", id.text))
                    .at(id.span, "again")
                    .help("each planned analysis has an id of its own"),
            ));
        }
        Ok(Head { id, role, of, because })
    }

    fn role(&mut self, text: &str, span: Span) -> Result<Role, Halt> {
        let plain = text.replace('_', "-");
        if let Some((_, role)) = ROLES.iter().find(|r| r.0.eq_ignore_ascii_case(&plain)) {
            return Ok(*role);
        }
        let words: Vec<&str> = ROLES.iter().map(|r| r.0).collect();
        let problem = Problem::error("E205", format!("`{text}` is no role of an analysis")).at(span, "unknown role");
        Err(self.refuse(match nearest(text, words.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`? The roles are {}", and_list(&words, 9))),
            None => problem.help(format!("the roles are {}", and_list(&words, 9))),
        }))
    }

    /// One analysis: of the statement, or an instance of a generic one.
    fn plan_one(&mut self, head: &Head, instance: generic::Instance, command: &Command) -> Step {
        let parent = instance.parent;
        let body = expand::body(&instance.body, parent.as_deref(), &self.state.plan.planned);
        let body = self.attempt(body)?;
        let asked = self.asked(&body)?;
        let parent = parent.or_else(|| match &asked {
            Asked::Pool(spec) => spec.parent.clone(),
            Asked::Further(spec) => Some(spec.of.clone()),
            Asked::Apply { of, .. } => of.name.clone(),
        });
        let parent = parent.filter(|p| self.state.plan.planned.contains_key(p));
        if let Some(gate) = &body.gate {
            self.gate(gate, &asked, parent.is_some())?;
        }
        let needs = !matches!(head.role, Role::Primary | Role::Secondary);
        if needs && parent.is_none() {
            return self.fail(
                Problem::error("E503", format!("a {} analysis belongs to a planned one", words(head.role)))
                    .at(command.span, "of which?")
                    .help(format!("write `plan {} {} of P1: …`", head.id.text, word(head.role))),
            );
        }
        let planned = PlannedStatement {
            id: instance.id.clone(),
            generic: instance.generic,
            role: head.role,
            parent,
            command: body.command,
            gate: body.gate,
            because: head.because.clone().or(body.because),
            expects: body.expects,
            source: self.source.clone(),
            span: command.span,
            settings: self.state.settings.clone(),
            variables: self.state.variables.clone(),
            asked,
        };
        Arc::make_mut(&mut self.state.plan).planned.insert(instance.id, Arc::new(planned));
        Ok(())
    }

    /// Resolves a planned statement against what the plan declares.
    fn asked(&mut self, body: &Body) -> Result<Asked, Halt> {
        let before = self.state.before_data();
        let own = std::mem::replace(self.state, before);
        let mode = std::mem::replace(&mut self.mode, Mode::Check);
        let asked = self.asked_before_data(body);
        self.mode = mode;
        *self.state = own;
        asked
    }

    fn asked_before_data(&mut self, body: &Body) -> Result<Asked, Halt> {
        let command = &body.command;
        let name = &command.head.text;
        let verb = vocabulary::verb(name);
        match verb {
            Some(verb) if verb.is_further() => {
                let found = self.further(verb, command, None)?;
                Ok(Asked::Further(Box::new(found.spec.clone())))
            }
            Some(verb) if verb.id == vocabulary::VerbId::Pool => Ok(Asked::Pool(Box::new(self.analyse(command, None)?.spec.clone()))),
            Some(verb) if verb.id == vocabulary::VerbId::Apply => {
                self.apply_rule(command)?;
                let words: Vec<&str> = command.items.iter().filter_map(word_of).collect();
                let (rule, of) = (words.first().copied().unwrap_or_default(), words.last().copied().unwrap_or_default());
                let mut spec = self.state.analysis(of).map(|a| a.spec.clone()).ok_or(Halt::Error)?;
                spec.name = Some(of.to_owned());
                Ok(Asked::Apply { rule: rule.to_owned(), of: Box::new(spec) })
            }
            Some(_) => Err(self.refuse(
                Problem::error("E502", format!("`{name}` is not an analysis, and can't be planned"))
                    .at(command.head.span, "no result")
                    .help("a plan holds `pool …`, analyses of a planned result such as `leave-one-out of P1`, and `apply RULE to P1`"),
            )),
            None if self.state.findings.get(name).is_some_and(|f| f.verb == "regress") => {
                Ok(Asked::Further(Box::new(self.regress_again(command, None)?.spec.clone())))
            }
            None if self.state.analyses.contains_key(name) => Ok(Asked::Pool(Box::new(self.analyse(command, None)?.spec.clone()))),
            None => {
                if self.is_forgiven(name) {
                    return Err(Halt::Error);
                }
                let known: Vec<&str> = self.state.analyses.keys().chain(self.state.findings.keys()).map(String::as_str).collect();
                let problem =
                    Problem::error("E502", format!("`{name}` is neither an analysis nor planned above")).at(command.head.span, "unknown");
                let problem = match nearest(name, known.iter().copied()) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None if known.is_empty() => problem.help("a plan begins with `plan P1 primary: pool OUTCOME …`"),
                    None => problem.help(format!("planned above: {}", and_list(&known, 20))),
                };
                Err(self.refuse(problem))
            }
        }
    }

    /// A condition under which a planned analysis is run: read by the effects of the result it works on.
    fn gate(&mut self, gate: &crate::syntax::ast::Expr, asked: &Asked, has_parent: bool) -> Step {
        if matches!(asked, Asked::Pool(_)) && !has_parent {
            return self.fail(
                Problem::error("E504", "`when` stands after an analysis of a result, and a pool has none yet")
                    .at(gate.span, "read from which result?")
                    .help("whether to pool is a rule's to say: `rule NAME` with `when k < 2 then not_pooled`, and `model NAME` on the statement"),
            );
        }
        match crate::eval::rule::check(gate, self.state) {
            Some(problem) => self.fail(problem),
            None => Ok(()),
        }
    }
}

/// The word of a role.
pub fn word(role: Role) -> &'static str {
    ROLES.iter().find(|r| r.1 == role).map_or("exploratory", |r| r.0)
}

/// A role before `analysis`.
fn words(role: Role) -> &'static str {
    match role {
        Role::SmallStudy => "small-study",
        other => word(other),
    }
}
