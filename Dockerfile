# The whole flow from the lock, as an ordinary user; raw tables are mounted read-only.
#   docker build -t pkpipe .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD/config:/study/config:ro" -v "$PWD/data:/study/data:ro" -v "$PWD/results:/study/results" pkpipe
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/pkpipe \
    && /opt/pkpipe/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN /opt/pkpipe/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
COPY --from=build /opt/pkpipe /opt/pkpipe
ENV PATH=/opt/pkpipe/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOME=/study \
    USER=pkpipe \
    XDG_CACHE_HOME=/tmp/cache
# Whoever it runs as: results belong to the one who mounts them (--user), and Snakemake's own folder lies in /study.
RUN useradd --uid 10001 --home-dir /study --create-home pkpipe && chmod 1777 /study
WORKDIR /study
USER 10001
ENTRYPOINT ["pkpipe"]
CMD ["run", "--cores", "all"]
