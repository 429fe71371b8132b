import { bytesReply, type Reply } from '../reply.ts'

const TITLES = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Request Entity Too Large',
  417: 'Expectation Failed',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
} as const
export type PageStatus = keyof typeof TITLES

const WORDS: Readonly<Record<PageStatus, string>> = {
  400: 'Your client sent what is no request, or a damaged one.',
  // Of the metadata server, which alone answers so.
  403: 'Missing Metadata-Flavor:Google header.',
  404: 'The requested URL was not found on this server.',
  405: 'Your client asked by a method that is not taken here.',
  408: 'Your client took too long to send its request.',
  413: 'Your client issued a request that was too large.',
  417: 'Your client expects what this server does not do.',
  431: 'Your client sent more headers than this server takes.',
  502: 'The server encountered a temporary error and could not complete your request. Please try again in 30 seconds.',
}

/** What a front end answers in place of an API: a web page. Its form is Google's, as far as known; its words are not. */
export function page(status: PageStatus): Reply {
  const title = TITLES[status]
  const html =
    `<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n<title>Error ${status} (${title})</title>\n` +
    `<p><b>${status}.</b> <ins>That’s an error.</ins>\n<p>${WORDS[status]} <ins>That’s all we know.</ins>\n`
  return bytesReply([Buffer.from(html)], { status, headers: { 'content-type': 'text/html; charset=UTF-8' } })
}
