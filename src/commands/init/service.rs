//! `init service`: a connection string to libpq's service file, for programs that must not have it as an argument.

use std::io::IsTerminal;

use clap::Args;

use super::Output;
use crate::chart::{self, Log};
use crate::commands::chart_flags::ChartFlags;
use crate::diagnostic::{Kind, Refusal};
use crate::init::runbook::{State, choose};
use crate::init::{names, password, service, wrong};
use crate::limits::with_deep_stack;
use crate::lint::{Collected, Request, Stop, examine};
use crate::world::World;

/// Which connection.
#[derive(Args, Debug)]
pub struct Flags {
    /// A chart whose applications connect by it; without one, the connection string is read from standard input
    #[arg(value_name = "CHART")]
    name: Option<String>,
    /// Name of the service in the file
    #[arg(long = "name", value_name = "NAME", default_value = "postgres")]
    service: String,
    /// The connection, where the chart's applications have several
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// Name of the release
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    release: String,
    #[command(flatten)]
    chart: ChartFlags,
    #[command(flatten)]
    output: Output,
}

pub fn run(flags: &Flags) -> Result<u8, Refusal> {
    names::key(&flags.service).map_err(|_| wrong("--name", "letters, digits, -, _ and . only"))?;
    let text = match &flags.name {
        Some(chart) => rendered(flags, chart)?,
        None if std::io::stdin().is_terminal() => {
            return Err(wrong("CHART", "is missing, and no connection string comes by standard input"));
        }
        None => password::from_stdin("the connection string")?,
    };
    flags.output.write(service::file(&flags.service, &text)?, true, Vec::new())
}

/// The connection string as the chart's applications get it.
fn rendered(flags: &Flags, name: &str) -> Result<String, Refusal> {
    let setup = flags.chart.setup(&flags.release, true).map_err(|words| Refusal::new(Kind::Usage, words))?;
    let mut collected = Collected::default();
    let read = with_deep_stack(setup.settings.limits.stack, |stack| {
        let path = chart::locate(name)?;
        let world = World::seeded(0, 0);
        let (options, overrides, settings) = (&setup.options, &setup.overrides, setup.settings.clone());
        let request = Request { chart: &path, options, overrides, settings, world: &world, beside: &[], share: false };
        let mut log = Log::new(setup.settings.dialect);
        let examined = examine(&request, stack, &mut log, &mut collected, |facts| State::read(facts, false));
        examined.unwrap_or_else(|stop| match stop {
            Stop::Refused(refusal) => Err(refusal),
            Stop::Schema { .. } => {
                Err(Refusal::new(Kind::Schema, "the schema refuses these values: see plimsoll lint"))
            }
        })
    });
    let state = read.map_err(|e| Refusal::new(Kind::Limit, format!("no room for a stack: {e}"))).flatten();
    let secrets = collected.into_secrets();
    let hidden = |refusal: Refusal| Refusal { message: secrets.hide(&refusal.message).into_owned(), ..refusal };
    let state = state.map_err(hidden)?;
    let (connection, _) = choose(&state.connections, flags.role.as_deref())?;
    connection.text.clone().ok_or_else(|| {
        let role = &connection.role;
        Refusal::new(
            Kind::Undecided,
            format!("what {role} is does not stand in the render: pipe the connection string in"),
        )
    })
}
