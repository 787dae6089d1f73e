//! `dsn-unencoded-password`: a password is put into a URL as it is.
//!
//! Source: RFC 3986; libpq's `conninfo_uri_parse_options` (the userinfo ends at the first `@`, and a `/` or `?` before one ends
//! the authority). The kubelet's `$(VAR)` copies bytes and encodes nothing. What templates do is seen by rendering once more, with
//! passwords of such characters (`hostile`).

use super::connection::Environments;
use super::hostile::Kept;
use super::{Evidence, Facts, Finding, Judgement, Reason, Rule, Scope, Verdict, connection};
use crate::diagnostic::Severity;
use crate::manifest::Node;
use crate::postgres::topology::{Edge, Form, UrlForm};
use crate::provenance::{ValuesPath, leaves};
use crate::value::Tree;

pub static RULE: Rule = Rule {
    id: "dsn-unencoded-password",
    summary: "a password is put into a connection URL without being percent-encoded",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("dsn_unencoded_password.md"),
    check,
    subjects: connection::count,
};

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let around = connection::Environments::new(facts);
    let judge = |edge| Judgement { subject: connection::subject(facts, edge), verdict: verdict(facts, &around, edge) };
    facts.topology.edges.iter().map(judge).collect()
}

fn verdict<'f>(facts: &Facts<'f>, around: &Environments<'f>, edge: &'f Edge<'f>) -> Verdict {
    let is_url = matches!(edge.form, Form::Url(UrlForm::Uri | UrlForm::Foreign) | Form::Options(_));
    if !is_url && !connection::is_torn(edge) {
        return Verdict::Holds(Evidence("it is no URL".into()));
    }
    if let Some((node, name)) = interpolated(facts, edge) {
        return by_reference(facts, around, edge, node, name);
    }
    match connection::is_torn(edge) {
        true => Verdict::Broken(Box::new(
            Finding::new(format!(
                "{} is torn apart by a character of its password that is not percent-encoded: the client connects to another \
                 host, or refuses",
                edge.role
            ))
            .at(connection::spot(facts, edge))
            .help("write @ as %40, / as %2F, # as %23, ? as %3F, % as %25 and a space as %20"),
        )),
        false => by_template(facts, edge),
    }
}

/// What a template makes of another password.
fn by_template<'f>(facts: &Facts<'f>, edge: &'f Edge<'f>) -> Verdict {
    let holds = |why: &'static str| Verdict::Holds(Evidence(why.into()));
    let Some((text, password, range)) = connection::known_password(edge) else {
        return holds("its password is encoded, or not part of it");
    };
    let Some(origin) = connection::anywhere(facts, edge).map(|written| written.node) else {
        return holds("nobody here writes it");
    };
    let values = facts.bound.root().values;
    let hostile = facts.worlds.hostile(values);
    let path = facts.manifests.path_of(origin);
    let before = text.get(..=range.start).unwrap_or_default();
    let how = match hostile.of(origin.doc(), &path, before) {
        Some(Kept::Raw) => "without encoding it: it works until one has @ / # ? % or a space",
        Some(Kept::AsQuery) => "encoded as a query is (urlquery), with + for a space: libpq takes the + as it is",
        Some(Kept::Encoded) => return holds("its password is percent-encoded"),
        None => {
            let is_value =
                |(_, value): &(ValuesPath, Tree<'_>)| matches!(value, Tree::Str(s) if s[..] == *password.as_bytes());
            if hostile.stopped && password.len() > 2 && leaves(values).iter().any(is_value) {
                let why =
                    "whether its password is encoded could not be told: the chart does not render with another one";
                return Verdict::Undecided(Reason::new(why).at(connection::spot(facts, edge)));
            }
            return holds("its password is no value of the chart's, or is not put into a URL");
        }
    };
    let finding = Finding::new(format!("a template puts a password into the URL {}, {how}", edge.role))
        .at(connection::spot(facts, edge))
        .help("write it with | urlquery | replace \"+\" \"%20\", or give the password by itself")
        .severity(Severity::Warning);
    let fix =
        connection::reads_pgpassword(edge.client.driver).then(|| connection::part_password(facts, edge)).flatten();
    Verdict::Broken(Box::new(match fix {
        Some(fix) => finding.fix(fix),
        None => finding,
    }))
}

/// The text in which `$(NAME)` stands for the password.
fn interpolated<'f>(facts: &Facts<'f>, edge: &Edge<'f>) -> Option<(Node<'f>, &'f str)> {
    let (_, container) = connection::container(facts, edge)?;
    let words = || container.command().into_iter().chain(container.args()).flatten();
    let by_shell = matches!(edge.form, Form::Options(_));
    let is_read = |name: &str| {
        let names = [format!("${name}"), format!("${{{name}}}")];
        by_shell && words().filter_map(|w| w.as_str().given()).any(|w| names.iter().any(|n| w.contains(n.as_str())))
    };
    let of_env = container.env().filter(|(name, _)| *name == edge.source.name || is_read(name));
    let of_env = of_env.filter_map(|(_, n)| n.get("value"));
    let line = edge.source.place().map(|(_, line)| line);
    let of_words = words().filter(|node| Some(node.line()) == line || by_shell);
    of_env.chain(of_words).find_map(|node| {
        let text = node.as_str().given()?;
        let (password, _) = connection::userinfo(text)?;
        Some((node, connection::reference(password)?))
    })
}

fn by_reference<'f>(
    facts: &Facts<'f>,
    around: &Environments<'f>,
    edge: &'f Edge<'f>,
    node: Node<'f>,
    name: &'f str,
) -> Verdict {
    let Some((_, container)) = connection::container(facts, edge) else {
        return Verdict::Holds(Evidence("an operator puts it together".into()));
    };
    let environment = around.of(container);
    let value = environment.get(name).and_then(|var| var.value.known());
    if is_called_encoded(name) {
        let holds = value.as_deref().is_none_or(|bytes| bytes.iter().all(|b| is_plain(*b) || *b == b'%'));
        if holds {
            return Verdict::Holds(Evidence("the variable is called encoded, and nothing says otherwise".into()));
        }
    }
    let breaks = value.as_deref().map(|bytes| bytes.iter().any(|b| !is_plain(*b)));
    let (comes, severity) = match breaks {
        Some(true) => ("and the one that is rendered has a character that breaks it", Severity::Error),
        Some(false) => ("which works until one has @ / # ? % or a space", Severity::Warning),
        None => ("and one with @ / # ? % or a space breaks it, or sends it to another host", Severity::Warning),
    };
    let message = format!("{} puts {name} into a URL as its password, without encoding it, {comes}", edge.role);
    let finding = Finding::new(message)
        .at(facts.at(node))
        .help("give the password by itself (PGPASSWORD), or encode it where the URL is written into a Secret")
        .severity(severity);
    let fix = connection::reads_pgpassword(edge.client.driver)
        .then(|| connection::move_password(facts, container, node))
        .flatten();
    Verdict::Broken(Box::new(match fix {
        Some(fix) => finding.fix(fix),
        None => finding,
    }))
}

/// `DB_PASSWORD_ENC`, `PASSWORD_URLENCODED`: somebody saw to it where the value is made.
fn is_called_encoded(name: &str) -> bool {
    let words = ["ENC", "ENCODED", "URLENCODED", "ESCAPED", "QUOTED", "URLSAFE"];
    name.split('_').any(|word| words.iter().any(|w| word.eq_ignore_ascii_case(w)))
}

/// Characters that mean themselves in every part of a URL, and `%`-escapes' own letters; sub-delimiters are harmless too.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_break_a_url() {
        assert!(b"aZ09-._~!$&'()*+,;=:".iter().all(|b| is_plain(*b)));
        assert!(b"@/#?% []\"<>".iter().all(|b| !is_plain(*b)));
    }
}
