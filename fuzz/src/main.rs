//! The stable runner: `plimsoll-fuzz TARGET SECONDS [SEED]`, or `plimsoll-fuzz TARGET FILE` to run one input again.
//!
//! An input is written to a file before it is run, so that a crash of any kind leaves it behind.

use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use plimsoll_fuzz::{TARGETS, generate};

/// An input that takes longer is a finding.
const SLOW: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((target, what)) = args.first().and_then(|name| TARGETS.iter().find(|t| t.name == name)).zip(args.get(1))
    else {
        let names: Vec<&str> = TARGETS.iter().map(|t| t.name).collect();
        eprintln!("usage: plimsoll-fuzz TARGET SECONDS [SEED] | TARGET FILE; targets: {}", names.join(", "));
        return ExitCode::from(2);
    };
    let Ok(seconds) = what.parse() else {
        (target.run)(&std::fs::read(what).expect("the input can be read"));
        return ExitCode::SUCCESS;
    };
    let seed = args.get(2).and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut rng = fastrand::Rng::with_seed(seed);
    let kept = std::env::temp_dir().join(format!("plimsoll-fuzz-{}-{}", target.name, std::process::id()));
    let mut file = std::fs::File::create(&kept).expect("the temporary folder can be written");
    let (start, mut count, mut slow) = (Instant::now(), 0u64, 0u32);
    while start.elapsed() < Duration::from_secs(seconds) {
        let input = generate::input(&mut rng, target.pieces);
        keep(&mut file, &input);
        let begun = Instant::now();
        (target.run)(&input);
        if begun.elapsed() > SLOW {
            slow += 1;
            let name = kept.with_extension(format!("slow{slow}"));
            std::fs::write(&name, &input).expect("the temporary folder can be written");
            eprintln!("slow: {:?}, see {}", begun.elapsed(), name.display());
        }
        count += 1;
    }
    println!("{}: {count} inputs from seed {seed}, {slow} slow", target.name);
    drop(std::fs::remove_file(&kept));
    if slow == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn keep(file: &mut std::fs::File, input: &[u8]) {
    use std::io::Seek;
    file.rewind().and_then(|()| file.set_len(0)).and_then(|()| file.write_all(input)).expect("an input can be kept");
}
