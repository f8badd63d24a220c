{{- define "chat.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "chat.labels" -}}
{{ include "chat.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "chat.image" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end }}

{{/* The parts of a pod that the nodes and the migration have in common. */}}
{{- define "chat.pod" -}}
automountServiceAccountToken: false
# Kubernetes would set ADMIN_PORT for a Service "admin", and so on.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: secrets
    secret:
      secretName: {{ .Values.secret.name }}
      # 0440 in octal.
      defaultMode: 288
      items:
        {{- range concat .Values.secret.variables .Values.secret.files }}
        - {key: {{ . | quote }}, path: {{ . | quote }}}
        {{- end }}
  - name: tmp
    emptyDir: {sizeLimit: {{ .Values.tmpSize }}}
{{- end }}

{{- define "chat.container" -}}
{{ include "chat.image" . }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
resources: {{- toYaml .Values.resources | nindent 2 }}
volumeMounts:
  - {name: secrets, mountPath: /run/secrets/chat, readOnly: true}
  - {name: tmp, mountPath: /tmp}
{{- end }}

{{- define "chat.env" -}}
{{- range .Values.secret.variables }}
- {name: {{ . }}_FILE, value: /run/secrets/chat/{{ . }}}
{{- end }}
{{- range $name, $value := .Values.environment }}
- {name: {{ $name }}, value: {{ $value | toString | quote }}}
{{- end }}
{{- end }}
