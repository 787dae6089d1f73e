package main

import (
	"fmt"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// The semver that Helm links: versions, constraints and their words.
func init() {
	ops["semver.parse"] = func(p []byte) ([]byte, error) { return describeVersion(semver.NewVersion(string(p))) }
	ops["semver.strict"] = func(p []byte) ([]byte, error) { return describeVersion(semver.StrictNewVersion(string(p))) }
	ops["semver.inc"] = func(p []byte) ([]byte, error) {
		a := args(p)
		v, err := semver.NewVersion(a[1])
		if err != nil {
			return nil, err
		}
		next := map[string]func() semver.Version{"major": v.IncMajor, "minor": v.IncMinor, "patch": v.IncPatch}[a[0]]()
		return describeVersion(&next, nil)
	}
	ops["semver.compare"] = func(p []byte) ([]byte, error) {
		a := args(p)
		x, err := semver.NewVersion(a[0])
		if err != nil {
			return nil, err
		}
		y, err := semver.NewVersion(a[1])
		if err != nil {
			return nil, err
		}
		return []byte(fmt.Sprint(x.Compare(y))), nil
	}
	// constraint, version -> check, validate's errors, the constraint's own text
	ops["semver.constraint"] = func(p []byte) ([]byte, error) {
		a := args(p)
		c, err := semver.NewConstraint(a[0])
		if err != nil {
			return nil, err
		}
		v, err := semver.NewVersion(a[1])
		if err != nil {
			return nil, err
		}
		ok, errs := c.Validate(v)
		var texts []string
		for _, e := range errs {
			texts = append(texts, e.Error())
		}
		return fmt.Appendf(nil, "%v %v %s\n%s", c.Check(v), ok, c, strings.Join(texts, "\n")), nil
	}
}

func describeVersion(v *semver.Version, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%s|%s|%d|%d|%d|%s|%s", v, v.Original(), v.Major(), v.Minor(), v.Patch(), v.Prerelease(), v.Metadata()), nil
}
