package protocol

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// Driver asks one implementation.
type Driver interface {
	Describe() Description
	// Check asks about the first signature of an artifact. The certificates are read anew each
	// time, so that no answer depends on an earlier one. If it panics, that is the answer.
	Check(certificates [][]byte, artifact Artifact, at time.Time) Result
}

// Serve answers until it is told to end, or its input ends. Standard output is its own.
func Serve(driver Driver) error { return serve(driver, os.Stdin, os.Stdout) }

func serve(driver Driver, input io.Reader, output io.Writer) error {
	lines := bufio.NewReaderSize(input, 1<<20)
	said := json.NewEncoder(output)
	said.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var heard fromHarness
		mistake := json.Unmarshal(line, &heard)
		if heard.Type == "bye" {
			return nil
		}
		if err := said.Encode(reply(driver, &heard, mistake)); err != nil {
			return err
		}
	}
}

func reply(driver Driver, heard *fromHarness, mistake error) toHarness {
	switch {
	case heard.Type == "hello" && heard.Protocol != version:
		return toHarness{Type: "unusable", Reason: "this driver speaks protocol 1 only"}
	case heard.Type == "hello":
		backend := driver.Describe()
		return toHarness{Type: "ready", Protocol: version, Backend: &backend}
	case mistake != nil:
		return toHarness{Type: "failed", ID: &heard.ID, Reason: mistake.Error()}
	}
	parts := heard.Parts
	if len(parts) == 0 {
		parts = []Artifact{heard.Artifact}
	}
	results := make([]Result, 0, len(parts))
	for _, part := range parts {
		results = append(results, check(driver, heard, part))
	}
	whole := results[0]
	if len(heard.Parts) > 0 {
		whole = check(driver, heard, heard.Artifact)
	}
	native := nativeVerdict{Verdict: whole.Verdict, Classes: whole.Classes, Evidence: whole.Evidence}
	if whole.Key != nil {
		native.Keys = []Key{*whole.Key}
	}
	return toHarness{Type: "answer", ID: &heard.ID, Answer: &answer{results, native}}
}

func check(driver Driver, heard *fromHarness, artifact Artifact) (result Result) {
	defer func() {
		if panicked := recover(); panicked != nil {
			result = Failed(Evidence{Exception: "panic", Message: clip(fmt.Sprint(panicked))})
		}
	}()
	return driver.Check(heard.Certificates, artifact, heard.At)
}

// Components names the versions of the language and of a module and what it depends on, as they
// were linked into this program; the module's own version comes apart from the others.
func Components(module string) (string, map[string]string) {
	own, others := "", map[string]string{"Go": strings.TrimPrefix(runtime.Version(), "go")}
	info, _ := debug.ReadBuildInfo()
	for _, each := range info.Deps {
		switch {
		case each.Path == module:
			own = strings.TrimPrefix(each.Version, "v")
		case each.Replace == nil:
			others[each.Path] = strings.TrimPrefix(each.Version, "v")
		}
	}
	return own, others
}
