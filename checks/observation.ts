/** The observation of a probe. */
export interface Observation {
  outcome:
    | "reply"
    | "open"
    | "addresses"
    /** Nothing came back. */
    | "silence"
    /** The sender's own kernel has no route. */
    | "unreachable"
    /** A router or host answered with ICMP "destination unreachable". */
    | "turned away"
    /** The target, or a firewall, refused: a TCP reset or an ICMP "port unreachable". */
    | "refused"
    /** The name service answered that the name does not exist. */
    | "unknown name"
    /** No name service answered. */
    | "no name server"
    /** Anything else. It proves neither that the target is there nor that it is not. */
    | "failed";
  /** The observation in words. */
  text: string;
  /** Seconds from question to answer, where the tool tells. */
  roundTripSeconds?: number;
  /** The address that answered, where the tool tells. */
  responder?: string;
  /** The answer of DNS. */
  addresses?: readonly string[];
  /** The answer of HTTP. */
  body?: string;
  /** The node that the lab's own web server says it is on. */
  speaker?: string;
}
