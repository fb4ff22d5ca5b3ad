const programs = ['authorize', 'db_xml', 'generate', 'dbupload', 'dbmake'] as const

/** The programs, and of the download what it hands out beside orders. */
export const calls: readonly string[] = [...programs, 'db_xml products', 'db_xml pages']

export type Program = (typeof programs)[number]

/** Which of ShopSite's programs a path names; stores have them in folders of any name. */
export function programIn(path: string): Program | undefined {
  const file = /\/([a-z_]+)\.cgi$/i.exec(path)?.[1]?.toLowerCase()
  return programs.find((name) => name === file)
}
