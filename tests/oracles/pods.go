package main

import (
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

func init() {
	// What a workload's pods are, as the API's own types read the document; an unknown field is an error. Empty for
	// documents that make no pods.
	ops["kube.pod"] = func(p []byte) ([]byte, error) {
		var head struct{ Kind string }
		if err := yaml.Unmarshal(p, &head); err != nil {
			return nil, err
		}
		var spec *corev1.PodSpec
		var object any
		switch head.Kind {
		case "Deployment":
			o := &appsv1.Deployment{}
			object, spec = o, &o.Spec.Template.Spec
		case "StatefulSet":
			o := &appsv1.StatefulSet{}
			object, spec = o, &o.Spec.Template.Spec
		case "DaemonSet":
			o := &appsv1.DaemonSet{}
			object, spec = o, &o.Spec.Template.Spec
		case "Job":
			o := &batchv1.Job{}
			object, spec = o, &o.Spec.Template.Spec
		case "CronJob":
			o := &batchv1.CronJob{}
			object, spec = o, &o.Spec.JobTemplate.Spec.Template.Spec
		case "Pod":
			o := &corev1.Pod{}
			object, spec = o, &o.Spec
		default:
			return nil, nil
		}
		if err := yaml.UnmarshalStrict(p, object); err != nil {
			return nil, err
		}
		return []byte(describePod(spec)), nil
	}
}

// One line for each container and volume, as `describe` in tests/manifest.rs writes ours.
func describePod(spec *corev1.PodSpec) string {
	var out strings.Builder
	container := func(role string, c *corev1.Container) {
		fmt.Fprintf(&out, "%s %s %s command=%q args=%q\n", role, c.Name, c.Image, c.Command, c.Args)
		for _, e := range c.EnvFrom {
			if e.ConfigMapRef != nil {
				fmt.Fprintf(&out, " from ConfigMap %s %s\n", e.ConfigMapRef.Name, e.Prefix)
			} else if e.SecretRef != nil {
				fmt.Fprintf(&out, " from Secret %s %s\n", e.SecretRef.Name, e.Prefix)
			}
		}
		for _, e := range c.Env {
			fmt.Fprintf(&out, " env %s", e.Name)
			if e.Value != "" {
				fmt.Fprintf(&out, "=%q", e.Value)
			}
			if v := e.ValueFrom; v != nil && v.SecretKeyRef != nil {
				fmt.Fprintf(&out, " Secret %s %s", v.SecretKeyRef.Name, v.SecretKeyRef.Key)
			} else if v != nil && v.ConfigMapKeyRef != nil {
				fmt.Fprintf(&out, " ConfigMap %s %s", v.ConfigMapKeyRef.Name, v.ConfigMapKeyRef.Key)
			}
			out.WriteString("\n")
		}
		for _, m := range c.VolumeMounts {
			fmt.Fprintf(&out, " mount %s at %s sub %s ro %t\n", m.Name, m.MountPath, m.SubPath, m.ReadOnly)
		}
		for _, p := range c.Ports {
			fmt.Fprintf(&out, " port %d %s\n", p.ContainerPort, p.Name)
		}
	}
	for i := range spec.InitContainers {
		role := "init"
		if p := spec.InitContainers[i].RestartPolicy; p != nil && *p == corev1.ContainerRestartPolicyAlways {
			role = "sidecar"
		}
		container(role, &spec.InitContainers[i])
	}
	for i := range spec.Containers {
		container("main", &spec.Containers[i])
	}
	for _, v := range spec.Volumes {
		switch {
		case v.Secret != nil:
			fmt.Fprintf(&out, "volume %s Secret %s items %d\n", v.Name, v.Secret.SecretName, len(v.Secret.Items))
		case v.ConfigMap != nil:
			fmt.Fprintf(&out, "volume %s ConfigMap %s items %d\n", v.Name, v.ConfigMap.Name, len(v.ConfigMap.Items))
		case v.EmptyDir != nil:
			fmt.Fprintf(&out, "volume %s emptyDir %s\n", v.Name, v.EmptyDir.Medium)
		case v.PersistentVolumeClaim != nil:
			fmt.Fprintf(&out, "volume %s claim %s\n", v.Name, v.PersistentVolumeClaim.ClaimName)
		default:
			fmt.Fprintf(&out, "volume %s\n", v.Name)
		}
	}
	return out.String()
}
