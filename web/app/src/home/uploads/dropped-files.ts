export interface Dropped {
  files: File[]
  folders: string[]
}

/** A dropped folder looks like a file that can't be read, so it is told apart here. */
export function droppedFiles(transfer: DataTransfer): Dropped {
  const files: File[] = []
  const folders: string[] = []
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue
    const file = item.getAsFile()
    if (!file) continue
    if (item.webkitGetAsEntry()?.isDirectory) folders.push(file.name)
    else files.push(file)
  }
  return { files, folders }
}
