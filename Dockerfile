# whyrec's service: `docker build -t whyrec .`, then see compose.yaml. The model folder is mounted at /data/model.
FROM node:22-slim AS page
WORKDIR /src/web
COPY web ./
COPY src/whyrec/messages ../src/whyrec/messages
RUN npm ci && npm run build

FROM python:3.12-slim AS build
WORKDIR /src
# serve,text for models that read text, serve,fuse for readable ones
ARG EXTRAS=serve
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
COPY --from=page /src/src/whyrec/serve/page ./src/whyrec/serve/page
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir ".[${EXTRAS}]"

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /data whyrec && install -d -o whyrec /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH OMP_NUM_THREADS=1 WHYREC_HOST=0.0.0.0 WHYREC_STORE=sqlite:////data/whyrec.db
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=2)"]
ENTRYPOINT ["whyrec", "serve"]
CMD ["/data/model"]
