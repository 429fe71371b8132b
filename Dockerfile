# The gateway, and the emulator, in one image. `docker build -t plantain .`
# For a build that is the same next year, pin the tag to a digest: --build-arg NODE=node:24-slim@sha256:…
ARG NODE=node:24-slim

# JavaScript out of TypeScript. Nothing of this stage but dist goes on.
FROM ${NODE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY packages/gateway/package.json packages/gateway/
# No package here needs its install script.
RUN npm ci --ignore-scripts -w plantain --include-workspace-root
COPY tsconfig.json ./
COPY packages/gateway/tsconfig.build.json packages/gateway/
COPY packages/gateway/src packages/gateway/src
RUN npm run build

# What runs needs, without compilers and test tools. -w leaves out the root's own packages, such as another Node.
FROM ${NODE} AS dependencies
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY packages/gateway/package.json packages/gateway/
RUN npm ci --omit=dev --ignore-scripts -w plantain

FROM ${NODE}
# Root owns all that runs and nobody may change it; only /data and /tmp are written.
WORKDIR /app
COPY --from=dependencies /build/node_modules node_modules
COPY packages/gateway/package.json packages/gateway/LICENSE packages/gateway/NOTICE packages/gateway/
COPY packages/gateway/bin packages/gateway/bin
COPY packages/gateway/assets packages/gateway/assets
COPY --from=build /build/packages/gateway/dist packages/gateway/dist
RUN ["node", "-e", "fs.mkdirSync('/data'); fs.chownSync('/data', 1000, 1000)"]

ENV NODE_ENV=production
# 0.0.0.0 lets others in, so that the gateway does not start without keys: see docs/deploy.md.
ENV PLANTAIN_LISTEN_HOST=0.0.0.0
ENV PLANTAIN_LISTEN_PORT=8080
ENV PLANTAIN_STORE_FOLDER=/data
# What is compiled once is kept in /tmp for the next start. In a container there is none, and on Cloud Run /tmp is memory.
ENV NODE_DISABLE_COMPILE_CACHE=1
# Pictures are decoded, bodies inflated and files read by libuv's threads: four unless told. With more than four cores
# set UV_THREADPOOL_SIZE to their number; more threads than cores only hold more decoded pictures at once.

# By number, so that a cluster can see that it is not root.
USER 1000:1000
# A file plantain.yaml that is mounted here is read.
WORKDIR /etc/plantain
VOLUME ["/data"]
EXPOSE 8080
# Whether the process answers at all. No shell and no curl: the image needs neither. With TLS, replace it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PLANTAIN_LISTEN_PORT + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/packages/gateway/bin/plantain.js"]
CMD ["serve"]
