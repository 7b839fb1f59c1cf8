/** A stack among those of other projects on one machine: two projects may have stacks of one name. */
export interface Scope {
  stack: string;
  /** Name of the Pulumi project. Default: vethlab's own, with the built-in labs, whose stacks' names are enough. */
  project?: string | undefined;
  /** The project's id (label vethlab.home). Default: none is known. */
  home?: string | undefined;
}

/** The stack's name where stacks of all projects are: `user-bridge`, `two-teams-dev`. */
export function fullName({ stack, project }: Scope): string {
  return project === undefined ? stack : `${project}-${stack}`;
}

/** What the names of its containers and networks begin with on an engine of the user's. */
export function namePrefix(scope: Scope): string {
  return `vethlab-${fullName(scope)}-`;
}
