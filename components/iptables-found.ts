/** Folder of a lab host with the rules and policies that components replaced. Removing a component brings them back. */
export const FOUND = "/var/lib/vethlab-found";
