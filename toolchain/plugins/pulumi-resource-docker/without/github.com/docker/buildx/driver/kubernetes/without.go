// Package kubernetes is empty: docker_buildx_builder makes no builders in Kubernetes.
package kubernetes
