# One image for every process: api, worker, migrations, simulator. It holds no secret and no configuration.

FROM python:3.11-slim AS dependencies
WORKDIR /build
RUN python -m venv /opt/dravo
COPY requirements/main.txt .
# Versions and hashes from the lock, ready-made wheels only: nothing is compiled, nothing else is taken.
RUN /opt/dravo/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r main.txt

FROM python:3.11-slim
# Two pools of memory instead of one for each thread: a worker that sends large videos stays small (docs/benchmarks.md).
ENV MALLOC_ARENA_MAX=2 \
    PATH=/opt/dravo/bin:$PATH \
    PYTHONPATH=/app/src \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
RUN useradd --system --uid 10001 --user-group --no-create-home dravo \
    && install -d -o dravo -g dravo /data /data/storage /data/simulator
COPY --from=dependencies /opt/dravo /opt/dravo
WORKDIR /app
# The migrations are found beside the sources, so both are copied rather than installed.
COPY migrations migrations
COPY src src
RUN python -m compileall -q src
USER 10001:10001
EXPOSE 8800
ENTRYPOINT ["python", "-m", "dravo"]
CMD ["api", "--host", "0.0.0.0"]
