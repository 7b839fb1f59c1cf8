/** What a container calls itself and where it looks up names; what of these is not in the twin. */
import { isAddress } from "../topology/addresses.ts";
import type { LabData } from "../topology/lab-data/lab-data.ts";
import { illegalName } from "../topology/names.ts";
import { wrongResolverOption } from "../topology/run-options.ts";
import type { CanonicalService } from "./canonical.ts";
import { noIPv6 } from "./keys.ts";

type Self = Pick<
  NonNullable<LabData["boxes"]>[string],
  "hostname" | "domainname" | "dns" | "dnsSearch" | "dnsOptions" | "extraHosts"
>;

/** The options of the box, and what Docker takes and a lab does not, each in words. */
export function selfOf(service: CanonicalService): { shown: Self; left: string[] } {
  const left: string[] = [];
  const legal = (key: string, value: string, allowed: string | undefined): boolean => {
    if (allowed !== undefined) left.push(`${key}: ${value} is left out: ${allowed}`);
    return allowed === undefined;
  };
  const legalHost = (key: string, name: string): boolean =>
    legal(key, name, illegalName("host", name)?.allowed);
  const { hostname, domainname } = service;
  const dns = service.dns.filter((server) => legal("dns", server, isAddress(server) ? undefined : noIPv6));
  const dnsSearch = service.dns_search.filter((domain) => domain === "." || legalHost("dns_search", domain));
  const dnsOptions = service.dns_opt.filter((option) =>
    legal("dns_opt", option, wrongResolverOption(option)?.allowed),
  );
  const extraHosts = service.extra_hosts.map(hostAndAddress).filter(([name, address]) => {
    const written = `${name}=${address}`;
    if (address === "host-gateway" || isAddress(address))
      return legal("extra_hosts", written, illegalName("host", name)?.allowed);
    return legal("extra_hosts", written, noIPv6);
  });
  return {
    shown: {
      ...(hostname && legalHost("hostname", hostname) && { hostname }),
      ...(domainname && legalHost("domainname", domainname) && { domainname }),
      ...(dns.length > 0 && { dns }),
      ...(dnsSearch.length > 0 && { dnsSearch }),
      ...(dnsOptions.length > 0 && { dnsOptions }),
      ...(extraHosts.length > 0 && { extraHosts: Object.fromEntries(extraHosts) }),
    },
    left,
  };
}

function hostAndAddress(written: string): [name: string, address: string] {
  const at = written.indexOf("=");
  return [written.slice(0, at), written.slice(at + 1)];
}
