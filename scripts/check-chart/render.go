// Renders the chart as Helm would: Go's text/template with the sprig functions, the chart's values merged with those of a case, the schema
// judged by the validator that Helm uses, each document read back as strict YAML. It is not helm: no dependencies, no hooks, no cluster.
//
//	render CHART [VALUES.yaml ...]
//
// Prints the manifests; a fault of template, values or YAML ends in status 1.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"github.com/xeipuuv/gojsonschema"
	"sigs.k8s.io/yaml"
)

type files struct{ root string }

// Get is Helm's .Files.Get: the bytes of a file of the chart, not treated as a template.
func (f files) Get(name string) (string, error) {
	b, err := os.ReadFile(filepath.Join(f.root, name))
	return string(b), err
}

type capabilities struct{ KubeVersion struct{ Version string } }

func main() {
	if len(os.Args) < 2 {
		fail("render CHART [VALUES.yaml ...]")
	}
	root := os.Args[1]
	chart := load(filepath.Join(root, "Chart.yaml"))
	values := load(filepath.Join(root, "values.yaml"))
	for _, v := range os.Args[2:] {
		values = merge(values, load(v))
	}
	judge(filepath.Join(root, "values.schema.json"), values)

	set := template.New("chart").Option("missingkey=zero")
	set.Funcs(sprig.TxtFuncMap()).Funcs(template.FuncMap{
		"toYaml":   func(v interface{}) string { b, e := yaml.Marshal(v); check(e); return strings.TrimSuffix(string(b), "\n") },
		"required": func(msg string, v interface{}) (interface{}, error) {
			if v == nil || v == "" {
				return nil, fmt.Errorf("%s", msg)
			}
			return v, nil
		},
		"include": func(name string, data interface{}) (string, error) {
			var b bytes.Buffer
			err := set.ExecuteTemplate(&b, name, data)
			return b.String(), err
		},
		"fail": func(msg string) (string, error) { return "", fmt.Errorf("%s", msg) },
	})
	var names []string
	check(filepath.Walk(filepath.Join(root, "templates"), func(p string, i os.FileInfo, err error) error {
		if err == nil && !i.IsDir() {
			b, e := os.ReadFile(p)
			check(e)
			_, e = set.New(p).Parse(string(b))
			check(e)
			if !strings.HasPrefix(i.Name(), "_") {
				names = append(names, p)
			}
		}
		return err
	}))
	sort.Strings(names)
	caps := capabilities{}
	caps.KubeVersion.Version = "v1.30.0"
	top := map[string]interface{}{
		"Values": values, "Files": files{root}, "Capabilities": caps,
		"Chart":   map[string]interface{}{"Name": chart["name"], "Version": chart["version"], "AppVersion": chart["appVersion"]},
		"Release": map[string]interface{}{"Name": "trial", "Namespace": "hub", "Service": "Helm", "IsInstall": true, "IsUpgrade": false, "Revision": 1},
	}
	for _, p := range names {
		var b bytes.Buffer
		check(set.ExecuteTemplate(&b, p, top))
		if strings.HasSuffix(p, "NOTES.txt") {
			continue // must render, is printed for people
		}
		for _, doc := range strings.Split("\n"+b.String(), "\n---") {
			if strings.TrimSpace(doc) == "" {
				continue
			}
			var any map[string]interface{}
			if err := yaml.UnmarshalStrict([]byte(doc), &any); err != nil {
				fail("%s: %v\n%s", p, err, doc)
			}
			if any != nil {
				fmt.Printf("---\n# %s\n%s\n", p, strings.TrimSpace(doc))
			}
		}
	}
}

func judge(path string, values map[string]interface{}) {
	schema, err := os.ReadFile(path)
	check(err)
	v, err := json.Marshal(values)
	check(err)
	result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewBytesLoader(v))
	check(err)
	for _, e := range result.Errors() {
		fmt.Fprintln(os.Stderr, "values:", e)
	}
	if !result.Valid() {
		os.Exit(1)
	}
}

func load(path string) map[string]interface{} {
	b, err := os.ReadFile(path)
	check(err)
	m := map[string]interface{}{}
	check(yaml.UnmarshalStrict(b, &m))
	return m
}

func merge(into, from map[string]interface{}) map[string]interface{} {
	for k, v := range from {
		a, okA := into[k].(map[string]interface{})
		b, okB := v.(map[string]interface{})
		switch {
		case okA && okB:
			into[k] = merge(a, b)
		case v == nil:
			delete(into, k)
		default:
			into[k] = v
		}
	}
	return into
}

func check(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}
