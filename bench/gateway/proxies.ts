import { accessSync, constants } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type Child, freePort, startProcess } from './child.ts'
import { type Contender, NotHereError, type Running, type Setting, running } from './contender.ts'
import { CALLER_KEY, MODEL, UPSTREAM_KEY } from './workload.ts'

const PATH = `/v1beta/models/${MODEL}:generateContent`

/** Bodies go to a file of 16 KiB buffers or through; that and the connections kept to the upstream is what matters here. */
const BUFFERED = ''
const UNBUFFERED = 'proxy_request_buffering off;'
/** Every body and every answer of the benchmark has room in memory. */
const TUNED = `
  client_body_buffer_size 1m;
  proxy_request_buffering off;
  proxy_buffer_size 64k;
  proxy_buffers 16 128k;
  proxy_busy_buffers_size 256k;`

export const NGINX_BUFFERED = nginx('nginx', 'nginx, request buffering on', BUFFERED)
export const NGINX_UNBUFFERED = nginx('nginx-unbuffered', 'nginx, request buffering off', UNBUFFERED)
export const NGINX_TUNED = nginx('nginx-tuned', 'nginx, tuned', TUNED)

function nginx(id: string, title: string, tuning: string): Contender {
  return {
    id,
    title,
    dialect: 'gemini',
    async start(setting) {
      const [command, port, file] = [commandOf('nginx'), await freePort(), join(setting.folder, 'nginx.conf')]
      await writeFile(file, nginxConfig(setting, port, tuning))
      const child = startProcess(command, ['-p', setting.folder, '-c', file, '-e', 'stderr'])
      return ready(child, port)
    },
  }
}

/** As Debian's own file has it where it matters, with connections to the upstream kept, as everybody sets who measures. */
function nginxConfig({ upstreamPort, folder }: Setting, port: number, tuning: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `daemon off;
pid ${folder}/nginx.pid;
error_log stderr error;
worker_processes auto;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 768; }
http {
  access_log ${folder}/access.log;
  sendfile on;
  tcp_nopush on;
  ${temporary.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ')}
  client_max_body_size 64m;
  upstream google { server 127.0.0.1:${upstreamPort}; keepalive 64; }
  ${tuning}
  server {
    listen 127.0.0.1:${port};
    location / {
      if ($http_x_goog_api_key != "${CALLER_KEY}") { return 401; }
      proxy_pass http://google;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header x-goog-api-key "${UPSTREAM_KEY}";
    }
  }
}
`
}

export const HAPROXY: Contender = {
  id: 'haproxy',
  title: 'haproxy',
  dialect: 'gemini',
  async start(setting) {
    const [command, port, file] = [
      commandOf('haproxy'),
      await freePort(),
      join(setting.folder, 'haproxy.cfg'),
    ]
    await writeFile(file, haproxyConfig(setting, port))
    return ready(startProcess(command, ['-db', '-f', file]), port)
  },
}

function haproxyConfig({ upstreamPort }: Setting, port: number): string {
  return `defaults
  mode http
  option splice-auto
  timeout connect 10s
  timeout client 120s
  timeout server 120s
frontend callers
  bind 127.0.0.1:${port}
  http-request deny deny_status 401 unless { req.hdr(x-goog-api-key) -m str ${CALLER_KEY} }
  http-request set-header x-goog-api-key ${UPSTREAM_KEY}
  default_backend google
backend google
  http-reuse always
  server google 127.0.0.1:${upstreamPort}
`
}

async function ready(child: Child, port: number): Promise<Running> {
  await child.listening(port)
  return running(child, port, PATH, { 'x-goog-api-key': CALLER_KEY })
}

/** Where it is on the PATH. */
function commandOf(name: string): string {
  // Where Debian keeps servers, which is not on the PATH of ordinary users.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  for (const folder of folders) {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return join(folder, name)
    } catch {
      // Not here.
    }
  }
  throw new NotHereError(`${name} is not on the PATH`)
}
