//! Connects with Rust's clients; lines in and out as ../probe.py has them. tokio-postgres is asked without a TLS connector,
//! and with one that trusts what `SSL_CERT_FILE` holds.

use std::error::Error;
use std::io::BufRead;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use sqlx::{Connection, Row};
use tokio_postgres::NoTls;
use tokio_postgres_rustls::MakeRustlsConnect;

type Answer = Result<bool, Box<dyn Error>>;

const QUESTION: &str = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";

async fn with_sqlx(dsn: &str) -> Answer {
    let mut connection = sqlx::PgConnection::connect(dsn).await?;
    Ok(sqlx::query(QUESTION).fetch_one(&mut connection).await?.try_get(0)?)
}

fn connector() -> Result<MakeRustlsConnect, Box<dyn Error>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(std::env::var("SSL_CERT_FILE")?)? {
        roots.add(certificate?)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}

async fn with_tokio(dsn: &str, tls: bool) -> Answer {
    let client = match tls {
        true => {
            let (client, connection) = tokio_postgres::connect(dsn, connector()?).await?;
            tokio::task::spawn_local(connection);
            client
        }
        false => {
            let (client, connection) = tokio_postgres::connect(dsn, NoTls).await?;
            tokio::task::spawn_local(connection);
            client
        }
    };
    Ok(client.query_one(QUESTION, &[]).await?.try_get(0)?)
}

async fn ask(driver: &str, dsn: &str) -> Answer {
    let answer = async {
        match driver {
            "sqlx" => with_sqlx(dsn).await,
            "tokio-rustls" => with_tokio(dsn, true).await,
            _ => with_tokio(dsn, false).await,
        }
    };
    tokio::time::timeout(Duration::from_secs(20), answer).await?
}

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let mut fields = line.split('\t');
        let (driver, dsn) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let before: Vec<_> = std::env::vars_os().map(|(name, _)| name).collect();
        // SAFETY: there is one thread.
        unsafe {
            before.iter().for_each(|name| std::env::remove_var(name));
            fields.filter_map(|v| v.split_once('=')).for_each(|(name, value)| std::env::set_var(name, value));
        }
        let local = tokio::task::LocalSet::new();
        match local.block_on(&runtime, ask(driver, dsn)) {
            Ok(tls) => println!("ok\t{}", if tls { 't' } else { 'f' }),
            Err(error) => {
                let source = error.source().map(ToString::to_string).unwrap_or_default();
                println!("error\t{}", format!("{error} {source}").replace(['\n', '\t'], " "));
            }
        }
    }
    Ok(())
}
