# Stands for the vendors' Tcl commands: every command that a script may use is here and says what it was given, one line a
# call; anything else is an error. Usage: tclsh stubs.tcl SCRIPT
proc say {name arguments} { puts "$name $arguments" }
foreach name {
  create_project add_files set_property update_compile_order close_project package_xo
  synth_design opt_design place_design phys_opt_design route_design report_utilization report_timing_summary write_checkpoint
  create_clock derive_clock_uncertainty set_global_assignment set_instance_assignment
  set_module_property add_fileset set_fileset_property add_fileset_file add_interface set_interface_property add_interface_port
  ipx::package_project ipx::unload_core ipx::edit_ip_in_project ipx::remove_user_parameter ipx::associate_bus_interfaces
  ipx::infer_bus_interface ipx::create_xgui_files ipx::update_checksums ipx::check_integrity ipx::save_core
} {
  if {[string match ipx::* $name]} { namespace eval ipx {} }
  proc $name {args} [list apply {{name} { upvar args arguments; say $name $arguments }} $name]
}
proc current_fileset {args} { return sources_1 }
proc get_ports {name} { return "port:$name" }
proc ipx::current_core {} { return core }
proc ipx::get_user_parameters {args} { return {} }
proc get_property {args} { return NAME }
rename package tcl_package
proc package {what args} {
  if {[lindex $args 1] eq "qsys"} { say package $args } else { tcl_package $what {*}$args }
}
rename exit tcl_exit
proc exit {args} { tcl_exit 0 }
source [lindex $argv 0]
