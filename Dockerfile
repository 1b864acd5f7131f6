# Zvonar in a container, from Debian and the Python package index alone.
#
#   docker build -t zvonar .            docker compose up -d
#
# The first stage holds what only building needs; the second one is what runs, as an ordinary user.

FROM debian:bookworm-slim AS build
# Debian's archive keeps one version of a package per release: a pinned one would soon be gone.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/zvonar
COPY LICENSE README.md pyproject.toml ./
COPY locks locks
COPY scripts scripts
# espeak-ng comes with the second stage as a Debian package; RHVoice is unpacked here.
RUN ZVONAR_APT=no ZVONAR_ESPEAK=host scripts/setup \
    && rm -f .local/*.log .local/setup.lock

FROM debian:bookworm-slim AS run
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates espeak-ng fonts-dejavu-core python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --home-dir /var/lib/zvonar --create-home --shell /usr/sbin/nologin zvonar
COPY --from=build /opt/zvonar /opt/zvonar
COPY . /opt/zvonar
ENV PATH=/opt/zvonar/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
# The configuration (zvonar.yaml), the database, recordings and reports: all of the clinic's data.
WORKDIR /var/lib/zvonar
VOLUME /var/lib/zvonar
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["zvonar", "health"]
# docker stop: calls are ended politely, with a BYE, before the process leaves.
STOPSIGNAL SIGTERM
CMD ["zvonar", "serve"]
