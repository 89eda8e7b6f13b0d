"""Flow tests: `NAME.flowtest.yaml` beside `NAME.flow.yaml`, read, played and measured."""
