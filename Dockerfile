# The production image, from the run lock alone: no compiler, no private PostgreSQL, no test tools.
FROM python:3.12-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    RISE_ENV=production \
    RISE_NO_BOOTSTRAP=1 \
    RISE_STATIC_ROOT=/app/staticfiles \
    RISE_MEDIA_ROOT=/var/lib/rise/media \
    RISE_BEAT_FILE=/tmp/beat

RUN useradd --system --uid 10001 --create-home rise \
    && install -d -o rise -g rise /var/lib/rise/media

WORKDIR /app
COPY rise/locks/run.txt rise/locks/run.txt
RUN pip install --require-hashes --only-binary :all: -r rise/locks/run.txt

COPY . .
# Static files do not depend on the settings below; they only have to pass the same checks as real ones.
RUN RISE_SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    RISE_HOSTS=build.invalid \
    RISE_SITE_URL=https://build.invalid \
    RISE_WHO_RUNS=build \
    DATABASE_URL=postgres://build@build.invalid/build \
    REDIS_URL=redis://build.invalid \
    python manage.py collectstatic --noinput --verbosity 0

USER rise
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen(urllib.request.Request('http://127.0.0.1:8000/healthz', headers={'Host': __import__('os').environ['RISE_HOSTS'].split(',')[0]}), timeout=4)"]
CMD ["gunicorn", "rise.wsgi", "--bind", "0.0.0.0:8000", "--workers", "4", "--access-logfile", "/dev/null", "--worker-tmp-dir", "/dev/shm"]
