# check_includes.cmake - the rules of the source tree that no compiler checks
#
# cmake -DROOT=DIR -DMODULES=base/mem;... -P check_includes.cmake
#
# Prints FILE:LINE: RULE for each breach and fails when there is one. MODULES
# is the list of CMakeLists.txt: a file includes only what stands above it.

cmake_minimum_required(VERSION 3.25)

set(C_LINES 400)
set(H_LINES 120)
set(COLUMNS 80)

function(complain place rule)
  message("${place}: ${rule}")
  set_property(GLOBAL APPEND PROPERTY COMPLAINTS "${place}")
endfunction()

# Characters that CMake's lists give a meaning become others of one byte.
function(read_lines file out)
  file(READ ${ROOT}/${file} text)
  string(REGEX REPLACE "\n$" "" text "${text}")
  string(REGEX REPLACE "[][;\\\\]" "," text "${text}")
  string(REPLACE "\n" ";" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# Count characters, not bytes: UTF-8's continuation bytes are 80 to bf.
function(count_columns text out)
  string(LENGTH "${text}" length)
  if(length GREATER COLUMNS)
    string(HEX "${text}" bytes)
    string(REGEX REPLACE "(..)" "\\1 " bytes "${bytes}")
    string(REGEX REPLACE "[89ab][0-9a-f] " "" bytes "${bytes}")
    string(LENGTH "${bytes}" length)
    math(EXPR length "${length} / 3")
  endif()
  set(${out} ${length} PARENT_SCOPE)
endfunction()

function(check_columns file)
  read_lines(${file} lines)
  set(number 0)
  foreach(line IN LISTS lines)
    math(EXPR number "${number} + 1")
    count_columns("${line}" columns)
    if(columns GREATER COLUMNS)
      complain(${file}:${number} "${columns} columns, at most ${COLUMNS}")
    endif()
  endforeach()
endfunction()

function(check_length file)
  read_lines(${file} lines)
  list(LENGTH lines length)
  set(limit ${C_LINES})
  if(file MATCHES "\\.h$")
    set(limit ${H_LINES})
  endif()
  if(length GREATER limit)
    complain(${file}:${length} "${length} lines, at most ${limit}")
  endif()
endfunction()

function(check_own_include place module header)
  string(REGEX REPLACE "\\.h$" "" target ${header})
  list(FIND MODULES ${module} here)
  list(FIND MODULES ${target} there)
  if(there EQUAL -1)
    complain(${place} "includes ${header}, which is no module's header")
  elseif(there GREATER here)
    complain(${place} "includes ${header}, which stands below ${module}")
  endif()
endfunction()

function(check_system_include place module header)
  cmake_path(GET header FILENAME name)
  if(name MATCHES "^sqlite3(ext)?\\.h$" AND NOT module MATCHES "^sqlite/")
    complain(${place} "includes ${name} outside host/sqlite/")
  elseif(name MATCHES "^(lua|lauxlib|lualib|luaconf)\\.h$"
      AND NOT module MATCHES "^script/")
    complain(${place} "includes ${name} outside host/script/")
  endif()
endfunction()

# A call of a function that prints, or a standard stream as an argument.
function(check_printing place module line)
  string(REGEX REPLACE "^ *\\* .*|/[*/].*" "" code "${line}")
  set(call "(^|[^a-zA-Z0-9_])(v?f?printf|v?dprintf|puts|putchar|perror)\\(")
  set(stream "[(, ](stdout|stderr)[,) ]")
  if(NOT module MATCHES "^cli/"
      AND (code MATCHES "${call}" OR code MATCHES "${stream}"))
    complain(${place} "prints outside host/cli/")
  endif()
endfunction()

function(check_source file module)
  read_lines(${file} lines)
  set(number 0)
  foreach(line IN LISTS lines)
    math(EXPR number "${number} + 1")
    set(place ${file}:${number})
    if(line MATCHES "^ *# *include *\"([^\"]+)\"")
      check_system_include(${place} ${module} ${CMAKE_MATCH_1})
      check_own_include(${place} ${module} ${CMAKE_MATCH_1})
    elseif(line MATCHES "^ *# *include *<([^>]+)>")
      check_system_include(${place} ${module} ${CMAKE_MATCH_1})
    else()
      check_printing(${place} ${module} "${line}")
    endif()
  endforeach()
endfunction()

function(check_module file)
  string(REGEX REPLACE "^host/(.*)\\.[ch]$" "\\1" module ${file})
  if(NOT module IN_LIST MODULES)
    complain(${file}:1 "not in the module list of CMakeLists.txt")
    return()
  endif()
  check_source(${file} ${module})
endfunction()

function(find_files out)
  list(TRANSFORM ARGN PREPEND ${ROOT}/)
  file(GLOB_RECURSE files RELATIVE ${ROOT} ${ARGN})
  set(${out} ${files} PARENT_SCOPE)
endfunction()

find_files(sources host/*.c host/*.h)
foreach(file IN LISTS sources)
  check_module(${file})
endforeach()

foreach(module IN LISTS MODULES)
  if(NOT host/${module}.c IN_LIST sources
      AND NOT host/${module}.h IN_LIST sources)
    complain(CMakeLists.txt "module ${module} has no file")
  endif()
endforeach()

find_files(tests tests/*.c tests/*.h)
foreach(file IN LISTS sources tests)
  check_length(${file})
endforeach()

find_files(others dev .ci/run CMakeLists.txt host/*.cmake tests/*.cmake
  tests/*.bats tests/*.bash tests/*.sh
  lua/*.lua migrations/*.lua examples/*.lua tests/*.lua)
foreach(file IN LISTS sources tests others)
  check_columns(${file})
endforeach()

get_property(complaints GLOBAL PROPERTY COMPLAINTS)
if(complaints)
  list(LENGTH complaints count)
  message(FATAL_ERROR "rules broken: ${count}")
endif()
