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

/// Helm 3.22.
pub(super) fn v3_22(place: LogPlace) -> &'static str {
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
