module outcrop/kubestrict

go 1.24

// The versions that Helm 3.19.2 is built with: one download for both.
require (
	k8s.io/apimachinery v0.34.0
	k8s.io/client-go v0.34.0
)
