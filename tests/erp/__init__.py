"""Our profiles beside the ERPs' own code, where an ERP can be installed from a package registry.

Tryton brings its own use of Python's SQLite, which our storage keeps out of the lane's process: here it may come in.
"""

import sys

if sys.modules.get("sqlite3", sys) is None:
    del sys.modules["sqlite3"]
