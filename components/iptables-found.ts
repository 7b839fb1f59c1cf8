/** Where a lab host keeps what a component found there and changed, so that removing the component brings it back. */
export const FOUND = "/var/lib/vethlab-found";
