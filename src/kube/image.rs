//! Image references, taken apart as container runtimes do (github.com/distribution/reference).

/// `registry.example.com:5000/team/app:1.2@sha256:...`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Image<'m> {
    /// As written; empty where a container names none.
    pub text: &'m str,
    /// Empty when it is left to the runtime (`docker.io`).
    pub registry: &'m str,
    /// With all its folders: `bitnami/postgresql`.
    pub repository: &'m str,
    pub tag: Option<&'m str>,
    pub digest: Option<&'m str>,
}

impl<'m> Image<'m> {
    pub fn parse(text: &'m str) -> Self {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        // A colon after the last slash begins a tag; one before it, a port.
        let name_at = rest.rfind('/').map_or(0, |slash| slash + 1);
        let tag_at = rest.get(name_at..).and_then(|name| name.find(':')).map(|colon| name_at + colon);
        let (path, tag) = match tag_at {
            Some(colon) => (rest.get(..colon).unwrap_or_default(), rest.get(colon + 1..)),
            None => (rest, None),
        };
        let (registry, repository) = match path.split_once('/') {
            Some((first, more)) if first.contains(['.', ':']) || first == "localhost" => (first, more),
            _ => ("", path),
        };
        Image { text, registry, repository, tag: tag.filter(|t| !t.is_empty()), digest }
    }

    /// The last part of the repository: `postgresql`.
    pub fn name(&self) -> &'m str {
        self.repository.rsplit('/').next().unwrap_or_default()
    }

    /// The number that a tag begins with: 16 of `16.4-alpine`, of `v16`, of `pg16`, 15 of `15-r3`.
    pub fn major(&self) -> Option<u32> {
        let tag = self.tag?;
        let tag = tag.strip_prefix("pg").or_else(|| tag.strip_prefix('v')).unwrap_or(tag);
        let end = tag.find(|c: char| !c.is_ascii_digit()).unwrap_or(tag.len());
        tag.get(..end)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_taken_apart() {
        let parts = |text| {
            let i = Image::parse(text);
            (i.registry, i.repository, i.tag, i.digest)
        };
        assert_eq!(parts("postgres"), ("", "postgres", None, None));
        assert_eq!(parts("postgres:16-alpine"), ("", "postgres", Some("16-alpine"), None));
        assert_eq!(parts("bitnami/pg:1@sha256:ab"), ("", "bitnami/pg", Some("1"), Some("sha256:ab")));
        assert_eq!(parts("localhost:5000/a/b"), ("localhost:5000", "a/b", None, None));
        assert_eq!(parts("ghcr.io/a/b:v1"), ("ghcr.io", "a/b", Some("v1"), None));
        assert_eq!(parts("ghcr.io/a/b:"), ("ghcr.io", "a/b", None, None));
        assert_eq!(Image::parse("x/postgres:pg16.2").major(), Some(16));
        assert_eq!(Image::parse("x/postgres:latest").major(), None);
        assert_eq!(Image::parse("ghcr.io/x/postgres").name(), "postgres");
    }
}
