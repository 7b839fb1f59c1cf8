import { afterAll, jest, test } from "@jest/globals";
import { type Changes, expectHealed, onHost } from "../live/healed.ts";
import { vethlab } from "../live/vethlab.ts";

/** Labs of several hosts that somebody has changed by hand: see tests/live/healing.test.ts. */

jest.setTimeout(600_000);

const labs: Record<string, Changes> = {
  "overlay-etcd": {
    "a box is unplugged from an overlay": onHost("docker network disconnect my-overlay box1"),
    "an overlay is made anew, with another subnet": async (stack) => {
      await onHost("docker rm -f box2 box4", "host2")(stack);
      await onHost(
        "docker rm -f box1 box3; docker network rm my-overlay; docker network create -d overlay --subnet 10.9.0.0/24 my-overlay",
      )(stack);
    },
    "a host's interface has another MTU": onHost("ip link set eth0 mtu 1400", "host2"),
  },
  "swarm-dnsrr": {
    "a service is scaled": onHost("docker service scale --detach my-dnsrr-nginx=4"),
    "a service has another command": onHost(
      "docker service update --detach --args vethlab-idle my-dnsrr-nginx",
    ),
    "a service publishes a port": onHost(
      "docker service update --detach --publish-add mode=host,published=8080,target=80 my-dnsrr-nginx",
    ),
    "a service is removed, and its network made anew with another subnet": onHost(
      [
        "docker service rm my-dnsrr-nginx",
        "until docker network rm ngx_net; do sleep 0.2; done",
        "docker network create --driver overlay --attachable --subnet 10.30.0.0/16 ngx_net",
      ].join("; "),
    ),
    "a node has another label": onHost("docker node update --label-add disk=ssd host2"),
    "the engine of a host with a task is restarted": onHost(
      "kill $(cat /var/run/docker.pid); sleep 2; until docker version; do sleep 0.2; done",
      "host2",
    ),
  },
};

const stackOf = (lab: string): string => `healing-${lab}-${process.pid}`;

afterAll(() => Promise.all(Object.keys(labs).map((lab) => vethlab("down", stackOf(lab)))));

test.each(Object.entries(labs))("%s", (lab, changes) => expectHealed(stackOf(lab), lab, changes));
