import subprocess
from pathlib import Path

import pytest

from dravo.local.errors import AlreadyRunningError, DataFolderError
from dravo.local.lock import exclusive
from local.processes import python

HOLD = """
from pathlib import Path
from dravo.local.lock import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_second_holder_is_told_the_folder_and_the_process(tmp_path: Path) -> None:
    with subprocess.Popen(python(HOLD, str(tmp_path)), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunningError) as refusal, exclusive(tmp_path):
            pass
        assert str(tmp_path) in str(refusal.value)
        assert f"process {holder.pid}" in str(refusal.value)
        holder.kill()
    with exclusive(tmp_path):
        assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600


def test_lock_is_free_again_after_its_block(tmp_path: Path) -> None:
    for _ in range(2):
        with exclusive(tmp_path / "new" / "folder"):
            pass


def test_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderError, match="cannot be used"), exclusive(tmp_path / "file" / "data"):
        pass
