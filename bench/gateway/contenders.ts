import type { Contender } from './contender.ts'
import { DIRECT, NAIVE_HONO, PASS_THROUGH, PORTKEY } from './node-contenders.ts'
import { OURS, OURS_IMAGES, OURS_PIXELS } from './ours.ts'
import { HAPROXY, NGINX_BUFFERED, NGINX_TUNED, NGINX_UNBUFFERED } from './proxies.ts'

export const CONTENDERS: readonly Contender[] = [
  DIRECT,
  NGINX_TUNED,
  HAPROXY,
  NGINX_BUFFERED,
  NGINX_UNBUFFERED,
  PASS_THROUGH,
  OURS,
  OURS_PIXELS,
  OURS_IMAGES,
  NAIVE_HONO,
  PORTKEY,
]
