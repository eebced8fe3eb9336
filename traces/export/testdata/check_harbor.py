"""Validates a folder of exported trajectories with Harbor."""

import pathlib
import sys

from harbor.utils.trajectory_validator import TrajectoryValidator

folder = pathlib.Path(sys.argv[1])
paths = sorted(folder.glob("*.json"))
for path in paths:
    validator = TrajectoryValidator()
    assert validator.validate(path), (path, validator.get_errors())
assert not TrajectoryValidator().validate(folder / "wrong")
print(len(paths), "atif")
