/** What a component found on a lab host before it changed it, kept there in a file, so that removing it brings it back. */
export interface Found {
  /** Command that keeps a value, unless one is kept already. */
  keep(value: string): string;
  /** Command that prints the kept value; nothing where none is kept. */
  read: string;
  /** Command that forgets it. */
  forget: string;
}

/** The file for what the component `name` found. */
export function foundFile(name: string): Found {
  const directory = "/var/lib/vethlab-found";
  const file = `${directory}/${name}`;
  return {
    keep: (value) => `[ -e ${file} ] || { mkdir -p ${directory}; echo "${value}" >${file}; }`,
    read: `if [ -e ${file} ]; then cat ${file}; fi`,
    forget: `rm -f ${file}`,
  };
}
