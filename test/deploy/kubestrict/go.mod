module outcrop/kubestrict

go 1.24.0

// The newest client-go that the operator's and the gateway's types were built with.
require (
	github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring v0.86.1
	k8s.io/apimachinery v0.34.1
	k8s.io/client-go v0.34.1
	sigs.k8s.io/gateway-api v1.4.0
)
