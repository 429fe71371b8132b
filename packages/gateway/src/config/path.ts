/** A place inside the configuration: names of settings and numbers of list items. */
export type Path = readonly (string | number)[]

/** `keys[0].hash` */
export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  )
}
