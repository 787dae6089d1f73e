//! A connection string as a service file of libpq: for programs that are told of a connection, without an argument that
//! every process of the machine can read.

use super::wrong;
use crate::diagnostic::{Kind, Refusal};
use crate::postgres::dsn::{self, Keyword, Libpq, Seen, Surroundings};

/// Where the file stands for the check. Nothing is read from there.
const PATH: &str = "/pg_service.conf";

/// The file: one section, which says what the connection string says.
///
/// # Errors
/// [`Kind::Usage`]: it is no connection string of libpq, or a part of it does not fit into a line. Nothing of it is quoted.
pub fn file(name: &str, text: &str) -> Result<String, Refusal> {
    let read = dsn::parse(text.trim_end_matches(['\n', '\r'])).map_err(|e| wrong("the connection string", e))?;
    let mut lines = format!("[{name}]\n");
    let mut wanted = Vec::new();
    for row in dsn::KEYWORDS {
        let Some(part) = read.get(row.keyword) else { continue };
        let Some(value) = part.value.text() else {
            return Err(wrong("the connection string", format!("its {} is not UTF-8", row.keyword)));
        };
        if row.keyword == Keyword::Service {
            return Err(wrong("the connection string", "names a service of its own"));
        }
        if value.contains(['\n', '\r', '\0']) {
            return Err(wrong(
                "the connection string",
                format!("its {} has a line end, which no service file can hold", row.keyword),
            ));
        }
        lines += &format!("{}={value}\n", row.keyword.name());
        wanted.push((row.keyword, value.to_string()));
    }
    match says(&lines, name, &wanted) {
        true => Ok(lines),
        false => {
            Err(Refusal::new(Kind::Undecided, "this connection string does not survive the way through a service file"))
        }
    }
}

/// Whether libpq would take exactly these settings from the file.
fn says(file: &str, name: &str, wanted: &[(Keyword, String)]) -> bool {
    let env = |variable: &str| match variable {
        "PGSERVICEFILE" => Seen::from(PATH),
        "PGSERVICE" => Seen::from(name),
        _ => Seen::Absent,
    };
    let read = |path: &str| if path == PATH { Seen::from(file) } else { Seen::Absent };
    let around = Surroundings { env: &env, file: &read, user: None };
    // The oldest that is told apart has the shortest lines.
    let settings = dsn::effective(None, &around, Libpq::of(15));
    settings.is_ok_and(|s| wanted.iter().all(|(keyword, text)| s.value(*keyword).is_some_and(|v| v.is(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_file_says_what_the_url_says() {
        let url = "postgresql://a%20b:p%40%23%3D%5Bx@db.example.com:5433/q?sslmode=verify-full&sslrootcert=/a/ca.crt\n";
        let text = file("target", url).unwrap();
        assert_eq!(
            text,
            "[target]\nuser=a b\npassword=p@#=[x\ndbname=q\nhost=db.example.com\nport=5433\nsslmode=verify-full\nsslrootcert=/a/ca.crt\n"
        );
        for hostile in ["postgresql://u:a%0Ab@h/d", "postgresql://u:p%20@h/d", "postgresql://h/d?service=x", "nonsense"]
        {
            let told = file("t", hostile).unwrap_err().message;
            assert!(!told.contains("a\n"), "{told}");
        }
        assert!(file("t", &format!("postgresql://u:{}@h/d", "x".repeat(1100))).is_err());
    }
}
