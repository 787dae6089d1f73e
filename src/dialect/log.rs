//! Where in Helm's own source a warning is written: Helm 3 puts file and line before it (`log.Lshortfile`).

/// How warnings look on stderr.
#[derive(Clone, Copy, Debug)]
pub enum LogStyle {
    /// Go's `log` with the place in Helm's source: `coalesce.go:316: warning: ...`.
    Lines(fn(LogPlace) -> &'static str),
    /// `log/slog`'s text handler: `level=INFO msg="warning: ..."`.
    Slog,
}

/// A statement of Helm's that warns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogPlace {
    SymbolicLink,
    DependenciesOutsideChartYaml,
    LockOutsideChartLock,
    GlobalsDestination,
    GlobalsSource,
    GlobalsConflict,
    GlobalsIsTable,
    SkippedValue,
    TableByNonTable,
    NonTableByTable,
    ConditionNotBool,
    TagNotBool,
    ImportPairMissing,
    ImportMissing,
    UrnUnresolved,
    UnknownHook,
}

/// Helm 3.20.1 to 3.22.
pub(super) fn v3_20_1(place: LogPlace) -> &'static str {
    match place {
        LogPlace::SymbolicLink => "walk.go:75",
        LogPlace::DependenciesOutsideChartYaml => "load.go:120",
        LogPlace::LockOutsideChartLock => "load.go:138",
        LogPlace::GlobalsDestination => "coalesce.go:138",
        LogPlace::GlobalsSource => "coalesce.go:145",
        LogPlace::GlobalsConflict => "coalesce.go:161",
        LogPlace::GlobalsIsTable => "coalesce.go:175",
        LogPlace::SkippedValue => "coalesce.go:237",
        LogPlace::TableByNonTable => "coalesce.go:316",
        LogPlace::NonTableByTable => "coalesce.go:319",
        LogPlace::ConditionNotBool => "dependencies.go:64",
        LogPlace::TagNotBool => "dependencies.go:95",
        LogPlace::ImportPairMissing => "dependencies.go:270",
        LogPlace::ImportMissing => "dependencies.go:287",
        LogPlace::UrnUnresolved => "jsonschema.go:192",
        LogPlace::UnknownHook => "manifest_sorter.go:199",
    }
}

/// Helm 3.19.5 and 3.20.0.
pub(super) fn v3_19_5(place: LogPlace) -> &'static str {
    match place {
        LogPlace::TableByNonTable => "coalesce.go:303",
        LogPlace::NonTableByTable => "coalesce.go:306",
        _ => v3_20_1(place),
    }
}

/// Helm 3.18.5 to 3.19.4.
pub(super) fn v3_18_5(place: LogPlace) -> &'static str {
    match place {
        LogPlace::TableByNonTable => "coalesce.go:298",
        LogPlace::NonTableByTable => "coalesce.go:301",
        _ => v3_19_5(place),
    }
}

/// Helm 3.18.1 to 3.18.4.
pub(super) fn v3_18_1(place: LogPlace) -> &'static str {
    match place {
        LogPlace::ConditionNotBool => "dependencies.go:63",
        LogPlace::TagNotBool => "dependencies.go:94",
        LogPlace::ImportPairMissing => "dependencies.go:269",
        LogPlace::ImportMissing => "dependencies.go:286",
        _ => v3_18_5(place),
    }
}

/// Helm 3.17.1 to 3.17.4.
pub(super) fn v3_17_1(place: LogPlace) -> &'static str {
    match place {
        LogPlace::UnknownHook => "manifest_sorter.go:190",
        _ => v3_18_1(place),
    }
}

/// Helm 3.16 and 3.17.0.
pub(super) fn v3_16(place: LogPlace) -> &'static str {
    match place {
        LogPlace::TableByNonTable => "coalesce.go:286",
        LogPlace::NonTableByTable => "coalesce.go:289",
        _ => v3_17_1(place),
    }
}
