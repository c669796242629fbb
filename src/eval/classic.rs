//! Mantel-Haenszel and Peto.
