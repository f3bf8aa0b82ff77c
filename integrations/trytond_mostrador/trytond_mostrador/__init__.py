# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""Takes the documents of Mostrador lanes into Tryton, each exactly once, and tells lanes what has changed."""
