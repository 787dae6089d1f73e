package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// What Sprig's certificate functions make, and what Go reads in what ours made.
func init() {
	// certificate, parent -> what it says; an error when the parent did not sign it
	ops["funcs.certificate"] = func(p []byte) ([]byte, error) {
		a := args(p)
		return describeCertificate(a[0], a[1])
	}
	// function, common name, days, then as the function wants -> what Sprig's certificate says
	ops["funcs.issue"] = func(p []byte) ([]byte, error) {
		a := args(p)
		days, err := strconv.Atoi(a[2])
		if err != nil {
			return nil, err
		}
		values := []any{a[1], days}
		rest := a[3:]
		if !strings.HasPrefix(a[0], "genCA") {
			values = []any{a[1], anyList(rest[0]), anyList(rest[1]), days}
			rest = rest[2:]
		}
		fn := reflect.ValueOf(helm4Functions()[a[0]])
		parent := ""
		if strings.HasPrefix(a[0], "genSigned") {
			ca := reflect.New(fn.Type().In(4)).Elem()
			ca.FieldByName("Cert").SetString(rest[0])
			ca.FieldByName("Key").SetString(rest[1])
			values = append(values, ca.Interface())
			parent, rest = rest[0], rest[2:]
		}
		for _, key := range rest {
			values = append(values, key)
		}
		made, err := callFunction(fn, values)
		if err != nil {
			return nil, err
		}
		cert := reflect.ValueOf(made).FieldByName("Cert").String()
		if parent == "" {
			parent = cert
		}
		return describeCertificate(cert, parent)
	}
	// private keys in every format that Go writes, and some that it refuses
	ops["funcs.keys"] = func([]byte) ([]byte, error) { return foreignKeys() }
	ops["funcs.bcrypt"] = func(p []byte) ([]byte, error) {
		a := args(p)
		return nil, bcrypt.CompareHashAndPassword([]byte(a[0]), []byte(a[1]))
	}
}

func anyList(text string) []any {
	list := []any{}
	for item := range strings.SplitSeq(text, ",") {
		list = append(list, item)
	}
	return list
}

func parseCertificate(text string) (*x509.Certificate, error) {
	block, rest := pem.Decode([]byte(text))
	if block == nil || len(rest) > 0 {
		return nil, errors.New("not one PEM block")
	}
	return x509.ParseCertificate(block.Bytes)
}

func describeCertificate(text, parentText string) ([]byte, error) {
	cert, err := parseCertificate(text)
	if err != nil {
		return nil, err
	}
	parent, err := parseCertificate(parentText)
	if err != nil {
		return nil, err
	}
	if err := parent.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature); err != nil {
		return nil, err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "version %d, %s, subject %x, issued by parent %v\n", cert.Version, cert.SignatureAlgorithm, cert.RawSubject, string(cert.RawIssuer) == string(parent.RawSubject))
	fmt.Fprintf(&out, "valid for %v, serial of at most 128 bits %v\n", cert.NotAfter.Sub(cert.NotBefore), cert.SerialNumber.BitLen() <= 128)
	fmt.Fprintf(&out, "key %s of %d bytes, key id of %d bytes, authority's is parent's %v\n", cert.PublicKeyAlgorithm, len(cert.RawSubjectPublicKeyInfo), len(cert.SubjectKeyId), string(cert.AuthorityKeyId) == string(parent.SubjectKeyId))
	for _, e := range cert.Extensions {
		value := fmt.Sprintf("%x", e.Value)
		if e.Id.String() == "2.5.29.14" || e.Id.String() == "2.5.29.35" {
			value = fmt.Sprint(len(e.Value), " bytes")
		}
		fmt.Fprintf(&out, "%s %v %s\n", e.Id, e.Critical, value)
	}
	return []byte(out.String()), nil
}

func foreignKeys() ([]byte, error) {
	var keys []string
	block := func(kind string, der []byte) {
		keys = append(keys, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey))
	block("EC PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey))
	block("PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey))
	pkcs8 := func(key any) {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			panic(err)
		}
		block("PRIVATE KEY", der)
		block("RSA PRIVATE KEY", der)
		block("EC PRIVATE KEY", der)
	}
	pkcs8(rsaKey)
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			return nil, err
		}
		der, err := x509.MarshalECPrivateKey(key)
		if err != nil {
			return nil, err
		}
		block("EC PRIVATE KEY", der)
		block("RSA PRIVATE KEY", der)
		block("PRIVATE KEY", der)
		pkcs8(key)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	pkcs8(edKey)
	block("CERTIFICATE", nil)
	block("OPENSSH PRIVATE KEY", nil)
	keys = append(keys, "", "no key", "-----BEGIN RSA PRIVATE KEY-----\n-----END EC PRIVATE KEY-----\n")
	return join(keys...), nil
}
