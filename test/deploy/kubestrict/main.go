// Reads Kubernetes manifests and rejects those that the API server would reject: unknown kinds, unknown or
// duplicate fields, values of the wrong type. Prints kind and name of each.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
)

func init() {
	utilruntime.Must(monitoring.AddToScheme(scheme.Scheme))
	utilruntime.Must(gateway.Install(scheme.Scheme))
}

func main() {
	decoder := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	reader := yaml.NewYAMLReader(bufio.NewReader(os.Stdin))
	failed := false
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		object, kind, err := decoder.Decode(document, nil, nil)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%v\n%s\n", err, document)
			failed = true
			continue
		}
		named, err := meta.Accessor(object)
		if err != nil || named.GetName() == "" {
			fmt.Fprintf(os.Stderr, "%s has no name\n", kind.Kind)
			failed = true
			continue
		}
		fmt.Println(kind.Kind, named.GetName())
	}
	if failed {
		os.Exit(1)
	}
}
