# jobcast_web_assets: the pages of web/app as bytes in a static library (src/http/web_assets.hpp).
#
# npm builds them into web/app/dist whenever their sources changed; JOBCAST_WEB_DIST names a folder that is built
# already, and npm is not needed.

set(JOBCAST_WEB_DIST "" CACHE PATH "Ready built web pages to embed; empty: npm builds web/")

set(web_dir "${PROJECT_SOURCE_DIR}/web")
set(web_out "${PROJECT_BINARY_DIR}/web_assets")
set(web_scripts "${CMAKE_CURRENT_LIST_DIR}/BuildWeb.cmake" "${CMAKE_CURRENT_LIST_DIR}/EmbedWebAssets.cmake")
set(web_source_list "${web_out}/sources.txt")

if(JOBCAST_WEB_DIST)
  if(NOT EXISTS "${JOBCAST_WEB_DIST}/index.html")
    message(FATAL_ERROR "JOBCAST_WEB_DIST is ${JOBCAST_WEB_DIST}, but there is no index.html in it.")
  endif()
  file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS "${JOBCAST_WEB_DIST}/*")
  set(web_npm "")
else()
  find_program(NODE_EXECUTABLE node)
  find_program(NPM_EXECUTABLE npm)
  if(NOT NPM_EXECUTABLE OR NOT NODE_EXECUTABLE)
    message(FATAL_ERROR "The web pages are built with Node.js 18 or newer and npm, which are not installed: "
      "install them (config/packages.txt), or point JOBCAST_WEB_DIST at pages that are built already.")
  endif()
  execute_process(COMMAND "${NODE_EXECUTABLE}" --version OUTPUT_VARIABLE node_version OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REGEX REPLACE "^v" "" node_version "${node_version}")
  if(node_version VERSION_LESS 18)
    message(FATAL_ERROR "The web pages need Node.js 18 or newer; ${NODE_EXECUTABLE} is ${node_version}.")
  endif()
  # Not the whole of web/ recursively: that would walk node_modules before every build.
  file(GLOB web_sources CONFIGURE_DEPENDS LIST_DIRECTORIES false
    "${web_dir}/*.json" "${web_dir}/.npmrc" "${web_dir}/app/*" "${web_dir}/packages/*/*.json" "${web_dir}/packages/*/scripts/*")
  file(GLOB_RECURSE web_trees CONFIGURE_DEPENDS LIST_DIRECTORIES false
    "${web_dir}/app/src/*" "${web_dir}/app/admin/*" "${web_dir}/app/public/*" "${web_dir}/app/scripts/*"
    "${web_dir}/packages/*/src/*" "${web_dir}/packages/*/styles/*")
  list(APPEND web_sources ${web_trees})
  list(FILTER web_sources EXCLUDE REGEX "\\.test\\.tsx?$|\\.tsbuildinfo$")
  set(web_npm "${NPM_EXECUTABLE}")
endif()

list(JOIN web_sources "\n" web_source_lines)
file(CONFIGURE OUTPUT "${web_source_list}" CONTENT "${web_source_lines}\n" @ONLY)

add_custom_command(
  OUTPUT "${web_out}/web_assets.cpp" "${web_out}/web_assets.S"
  COMMAND "${CMAKE_COMMAND}" "-DWEB=${web_dir}" "-DNPM=${web_npm}" "-DSOURCES=${web_source_list}"
    "-DDIST=${JOBCAST_WEB_DIST}" "-DOUT=${web_out}/dist" -P "${CMAKE_CURRENT_LIST_DIR}/BuildWeb.cmake"
  COMMAND "${CMAKE_COMMAND}" "-DDIST=${web_out}/dist" "-DOUT=${web_out}"
    -P "${CMAKE_CURRENT_LIST_DIR}/EmbedWebAssets.cmake"
  DEPENDS ${web_sources} ${web_scripts} "${web_source_list}"
  COMMENT "Building the web pages"
  VERBATIM)

add_library(jobcast_web_assets STATIC EXCLUDE_FROM_ALL "${web_out}/web_assets.cpp" "${web_out}/web_assets.S")
target_include_directories(jobcast_web_assets PUBLIC "${PROJECT_SOURCE_DIR}/src")
# What .incbin reads is no dependency that the compiler reports; the assembler file changes with every byte of it.
set_source_files_properties("${web_out}/web_assets.S" PROPERTIES OBJECT_DEPENDS "${web_out}/web_assets.cpp")
