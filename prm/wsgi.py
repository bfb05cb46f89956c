"""The door for web servers that speak WSGI."""

import os

from django.core.wsgi import get_wsgi_application

from prm import warm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prm.settings")
application = get_wsgi_application()
warm.up()
