package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

type fake func(Artifact) Result

func (fake) Describe() Description { return Description{Name: "fake"} }

func (driver fake) Check(_ [][]byte, artifact Artifact, _ time.Time) Result {
	return driver(artifact)
}

func ask(t *testing.T, driver fake, lines ...string) (said []toHarness) {
	t.Helper()
	var output bytes.Buffer
	if err := serve(driver, strings.NewReader(strings.Join(lines, "\n")+"\n"), &output); err != nil {
		t.Fatal(err)
	}
	for decoder := json.NewDecoder(&output); decoder.More(); {
		var line toHarness
		if err := decoder.Decode(&line); err != nil {
			t.Fatal(err)
		}
		said = append(said, line)
	}
	return
}

func TestAPanicIsAnErrorAndNoRefusal(t *testing.T) {
	panics := fake(func(Artifact) Result { var key *Key; return Accepted(*key) })
	question := `{"type": "question", "id": 1, "artifact": {"format": "inline", "message": ""}}`
	for _, line := range ask(t, panics, question, question) {
		for _, result := range line.Answer.Signatures {
			if result.Verdict != "error" || result.Evidence.Exception != "panic" {
				t.Errorf("%+v", result)
			}
		}
		if line.Answer.Native.Verdict != "error" {
			t.Errorf("%+v", line.Answer.Native)
		}
	}
}

func TestThePartsAreAskedAboutAndThenTheWhole(t *testing.T) {
	var asked []string
	driver := fake(func(artifact Artifact) Result {
		asked = append(asked, string(artifact.Message))
		return Accepted(Key{Signing: string(artifact.Message)})
	})
	said := ask(t, driver, `{"type": "question", "id": 7, "artifact": {"message": "Yw=="}, `+
		`"parts": [{"message": "YQ=="}, {"message": "Yg=="}]}`)
	if strings.Join(asked, " ") != "a b c" || len(said) != 1 || *said[0].ID != 7 {
		t.Errorf("%v %+v", asked, said)
	}
	if keys := said[0].Answer.Native.Keys; len(keys) != 1 || keys[0].Signing != "c" {
		t.Errorf("%+v", keys)
	}
}

func TestTheFirstLineOfATableThatFitsCounts(t *testing.T) {
	table := Table{
		{"*errors.errorString", "one", "weak_hash"},
		{"*errors.errorString", "", "malformed unsupported"},
	}
	for text, wanted := range map[string]string{"one two": "weak_hash", "two": "malformed unsupported"} {
		if got := strings.Join(table.Classes(errors.New(text), nil), " "); got != wanted {
			t.Errorf("%s: %s", text, got)
		}
	}
	if got := (Table{}).Classes(errors.New("x"), EveryClass); len(got) != 17 {
		t.Error(got)
	}
}

func TestUnsupportedIsAVerdictIfItIsTheOnlyClass(t *testing.T) {
	for classes, wanted := range map[string]string{
		"unsupported unsupported": "unsupported", "unsupported malformed": "rejected",
	} {
		if got := Rejected(errors.New("x"), strings.Fields(classes)); got.Verdict != wanted {
			t.Errorf("%s: %+v", classes, got)
		}
	}
}

func TestLongTextIsCutInTheMiddle(t *testing.T) {
	said := Rejected(errors.New("begins"+strings.Repeat("é", longest)+"\xffends"), EveryClass)
	text := said.Evidence.Message
	if len(text) > longest+8 || !strings.HasPrefix(text, "begins") || !strings.HasSuffix(text, "ends") {
		t.Error(len(text))
	}
}

func TestManyLinesAreLeftOutAndCounted(t *testing.T) {
	lines := strings.Split(strings.Repeat("refused ", most+2), " ")
	status := Accepted(Key{}, lines...).Evidence.Status
	if len(status) != most+1 || status[most] != "… and 3 more" {
		t.Error(status)
	}
}

const armored = "-----BEGIN X-----\n\nYQ==\n-----END X-----"

func TestArmorMayStandBehindText(t *testing.T) {
	long := strings.Repeat("a line of text\n", 100)
	for octets, wanted := range map[string]bool{
		armored:                        true,
		"\r\n \t\r\n" + armored:        true,
		" \t" + armored:                true,
		long + armored:                 true,
		"text\r\n" + armored:           true,
		"-----BEGIN X":                 true,
		"":                             false,
		long:                           false,
		"text " + armored:              false, // no line begins with it
		"- " + armored:                 false,
		"\xcb\x60b\x00\n" + armored:    false, // packets, whatever is in them
		"\x88\n-----BEGIN X-----\n\nx": false,
	} {
		if IsArmored([]byte(octets)) != wanted {
			t.Errorf("%q", octets)
		}
	}
}

func TestAFileIsCutIntoItsArmoredBlocks(t *testing.T) {
	for file, wanted := range map[string][]string{
		armored + "\n" + armored + "\n":           {armored, armored},
		"\n" + armored:                            {armored},
		"text\n" + armored + "\ntext\n" + armored: {armored, armored},
		"see -----BEGIN X\n" + armored:            {armored},
		" -----BEGIN X-----\n\nYQ==\n\t-----END X-----\ntext": {
			" -----BEGIN X-----\n\nYQ==\n\t-----END X-----"},
		"\x88\n" + armored: {"\x88\n" + armored},
		"text":             {"text"},
		"-----BEGIN X":     {"-----BEGIN X"},
		"":                 {""},
	} {
		var got []string
		for _, each := range Blocks([]byte(file)) {
			got = append(got, string(each))
		}
		if !slices.Equal(got, wanted) {
			t.Errorf("%q: %q", file, got)
		}
	}
}
