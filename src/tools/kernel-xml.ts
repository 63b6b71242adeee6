/** kernel.xml: how Vitis and XRT see an RTL kernel. */
import type { DesignKernel } from "../rtl/design.js";
import { writeXml } from "./xml.js";

const hex = (n: number) => `0x${n.toString(16).toUpperCase()}`;

/** Arguments of the kernel as a host passes them: the NDRange first, then the source's parameters. */
export function kernelXml(kernel: DesignKernel, name: string): string {
  // A buffer in several channels is as many arguments, each an allocation in its channel's memory.
  const buffers = new Map(
    kernel.arguments.flatMap((argument) => {
      const { channel, offset, stripes = [], typeName, passing } = argument;
      if (passing !== "buffer" || channel === undefined) return [];
      return [{ channel, offset }, ...stripes].map((s) => [s.offset, { channel: s.channel, typeName }] as const);
    }),
  );
  const args = kernel.registers.map((register, id) => {
    const buffer = buffers.get(register.offset);
    return {
      $: {
        name: register.name,
        addressQualifier: buffer ? "1" : "0",
        id: String(id),
        port: buffer ? `m_axi${buffer.channel}` : "s_axi_control",
        size: hex(register.bytes),
        offset: hex(register.offset),
        type: buffer ? buffer.typeName : register.bytes === 8 ? "ulong" : "uint",
        hostOffset: "0x0",
        hostSize: hex(register.bytes),
      },
    };
  });
  const master = (index: number) => ({
    $: {
      name: `m_axi${index}`,
      mode: "master",
      range: "0xFFFFFFFFFFFFFFFF",
      dataWidth: String(kernel.axi.dataBits),
      portType: "addressable",
      base: "0x0",
    },
  });
  const slave = {
    $: { name: "s_axi_control", mode: "slave", range: "0x1000", dataWidth: "32", portType: "addressable", base: "0x0" },
  };
  return writeXml("root", {
    $: { versionMajor: "1", versionMinor: "6" },
    kernel: {
      $: {
        name,
        language: "ip_c",
        vlnv: `soff:kernel:${name}:1.0`,
        attributes: "",
        preferredWorkGroupSizeMultiple: "0",
        workGroupSize: "1",
        interrupt: "true",
        hwControlProtocol: "ap_ctrl_hs",
      },
      ports: { port: [...kernel.channels.map(({ index }) => master(index)), slave] },
      args: { arg: args },
    },
  });
}
