"""How gunicorn serves the application; it reads this file by itself.

Threads, not only processes: a request mostly waits for the database's commit.
"""

from feedback import serve as _serve
from feedback import settings as _settings_module

try:
    _settings = _settings_module.from_environment()
except _settings_module.SettingsError as error:
    raise SystemExit(f"{error}") from error

bind = f"{_settings.host}:{_settings.port}"
workers = _settings.web_processes
threads = _settings.web_threads
worker_class = "gthread"
timeout = 60
graceful_timeout = 30
keepalive = 5
loglevel = "warning"
# Who opened which page is nobody's business: no access log unless the operator's proxy keeps one.
accesslog = None
# It would listen on a socket in the home folder of whoever starts us.
control_socket_disable = True


def post_worker_init(_worker):
    """The application is loaded, and no request has come yet."""
    _serve.settle_memory()
