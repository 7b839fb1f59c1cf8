#!/bin/sh
# On a dual-stack socket an IPv4 client appears as [::ffff:172.17.0.3].
client=${REMOTE_ADDR#[}
client=${client%]}
printf 'Content-Type: text/plain\r\n\r\nhello from %s\nyou are %s\n' "$(hostname)" "${client#::ffff:}"
