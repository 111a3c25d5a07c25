"""Print where a backend's native verdict differs from its results per signature."""

import json
import sys
from pathlib import Path

lines = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
if lines[-1]["type"] != "footer":
    sys.exit("truncated")
for line in lines:
    if line["type"] == "observation" and "answer" in line:
        native = line["answer"]["native"]["verdict"]
        if native != line["verdict"]:
            print(line["vector"], line["backend"], line["verdict"], "native:", native)
