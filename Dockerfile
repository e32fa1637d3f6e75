# The whole application, as a numeric user without rights, from the locked versions.
FROM python:3.13-slim AS build
COPY requirements.lock /
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements.lock

FROM python:3.13-slim
RUN install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /venv /venv
COPY LICENSE /app/
COPY cashhaven_domain /app/cashhaven_domain
COPY cashhaven_adapters /app/cashhaven_adapters
COPY cashhaven_app /app/cashhaven_app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    CASHHAVEN_ENV=production \
    CASHHAVEN_DATA_DIR=/data \
    HOST=0.0.0.0 \
    PORT=5238
VOLUME /data
EXPOSE 5238
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health/live', timeout=2)"]
ENTRYPOINT ["python", "-m", "cashhaven_app"]
CMD ["serve"]
