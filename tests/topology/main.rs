//! The Postgres of a chart, inferred from manifests: the patterns of public charts as small cases of our own, the reference
//! chart in all of its modes, and hostile input.

mod hostile;
mod patterns;
mod reference;
mod told;
