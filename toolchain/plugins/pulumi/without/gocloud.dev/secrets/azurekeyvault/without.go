// Package azurekeyvault is empty: there is no driver for azurekeyvault://.
package azurekeyvault
